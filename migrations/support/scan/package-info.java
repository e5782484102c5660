//SOURCES LogContent.java
//SOURCES LogPiece.java
//SOURCES LogScan.java
//SOURCES StreamWindow.java

/**
 * All lines of a log, counted as fast as a disk delivers them, on all processors. Reads only;
 * promises constant memory, and shows no content.
 */
package support.scan;
