//SOURCES Archives.java
//SOURCES AuditLog.java
//SOURCES Checkpoints.java
//SOURCES CompressedHeader.java
//SOURCES CreationTimes.java
//SOURCES Encoding.java
//SOURCES Era.java
//SOURCES GzipMember.java
//SOURCES GzipStream.java
//SOURCES Header.java
//SOURCES HeaderEdit.java
//SOURCES HeaderLine.java
//SOURCES LineCounts.java
//SOURCES LineEdit.java
//SOURCES LineParser.java
//SOURCES LineReading.java
//SOURCES LogContent.java
//SOURCES LogErrors.java
//SOURCES LogLine.java
//SOURCES LogLines.java
//SOURCES LogNames.java
//SOURCES LogPiece.java
//SOURCES LogScan.java
//SOURCES LongLines.java
//SOURCES StreamWindow.java
//SOURCES Timestamps.java
//SOURCES WatchedStream.java

/**
 * What an audit log is: the names beside it, its header, its lines, and how all of them are read as
 * fast as a disk delivers them. Reads only; promises constant memory, and shows no content.
 */
package support.log;
