//SOURCES Disk.java
//SOURCES FileBytes.java
//SOURCES FileErrors.java
//SOURCES FileRange.java
//SOURCES Held.java
//SOURCES HeldFiles.java
//SOURCES Links.java
//SOURCES Machine.java
//SOURCES OpenFiles.java
//SOURCES OpenFilesAhead.java
//SOURCES RealDisk.java
//SOURCES Siblings.java
//SOURCES Snapshot.java

/**
 * The file system and its processes, through small interfaces. All that is ever done to a file, but
 * for the lock file, goes through {@link support.files.Disk}; a test can stand between.
 */
package support.files;
