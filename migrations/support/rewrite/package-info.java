//SOURCES Attempt.java
//SOURCES Backup.java
//SOURCES Job.java
//SOURCES LateLines.java
//SOURCES LateMembers.java
//SOURCES Locked.java
//SOURCES NewLog.java
//SOURCES OldLog.java
//SOURCES Preflight.java
//SOURCES Recovery.java
//SOURCES Replaceable.java
//SOURCES Rewrite.java
//SOURCES RewriteErrors.java
//SOURCES Target.java

/**
 * The durable rewrite ({@link support.rewrite.Rewrite}). Whatever dies and whenever, a log is the
 * old one or the new one, whole, and the old one is kept.
 */
package support.rewrite;
