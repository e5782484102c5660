//SOURCES Attempt.java
//SOURCES Backup.java
//SOURCES CompressedLog.java
//SOURCES EditedLines.java
//SOURCES Job.java
//SOURCES Journal.java
//SOURCES LateLines.java
//SOURCES LateMembers.java
//SOURCES LineCursor.java
//SOURCES LockHolder.java
//SOURCES Locked.java
//SOURCES NewLog.java
//SOURCES OldLog.java
//SOURCES Preflight.java
//SOURCES Recovery.java
//SOURCES Replaceable.java
//SOURCES Rewrite.java
//SOURCES RewriteErrors.java
//SOURCES RunLock.java
//SOURCES Segment.java
//SOURCES StagedFile.java
//SOURCES Target.java

/**
 * The durable rewrite ({@link support.rewrite.Rewrite}), its lock and its journal. Whatever dies
 * and whenever, a log is the old one or the new one, whole, and the old one is kept.
 */
package support.rewrite;
