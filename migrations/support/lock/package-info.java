//SOURCES Journal.java
//SOURCES LockErrors.java
//SOURCES LockFile.java
//SOURCES LockHolder.java
//SOURCES RunLock.java

/**
 * Who may work on a log ({@link support.lock.RunLock}), and what a run that was interrupted has
 * written down for the next one ({@link support.lock.Journal}). The kernel frees a lock whose
 * holder dies.
 */
package support.lock;
