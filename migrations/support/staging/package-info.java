//SOURCES CompressedLog.java
//SOURCES Decompression.java
//SOURCES EditedLines.java
//SOURCES LineCursor.java
//SOURCES Metadata.java
//SOURCES Segment.java
//SOURCES StagedFile.java
//SOURCES StagingErrors.java

/**
 * New bytes of a log, made beside it ({@link support.staging.StagedFile}): of bytes, of parts of
 * files and of edited lines ({@link support.staging.Segment}). Whatever is handed on was flushed,
 * read back and compared.
 */
package support.staging;
