//SOURCES Archives.java
//SOURCES AuditLog.java
//SOURCES Checkpoints.java
//SOURCES CompressedHeader.java
//SOURCES CreationTimes.java
//SOURCES Encoding.java
//SOURCES FirstLine.java
//SOURCES GzipMember.java
//SOURCES GzipStream.java
//SOURCES Header.java
//SOURCES HeaderEdit.java
//SOURCES HeaderLine.java
//SOURCES LogErrors.java
//SOURCES LogNames.java
//SOURCES WatchedStream.java

/**
 * What an audit log is: the names beside it, how it is encoded, and its header. Reads only;
 * promises constant memory, and shows no content.
 */
package support.log;
