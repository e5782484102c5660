//SOURCES Era.java
//SOURCES JsonScanner.java
//SOURCES LineCounts.java
//SOURCES LineEdit.java
//SOURCES LineParser.java
//SOURCES LineReading.java
//SOURCES LogLine.java
//SOURCES LogLines.java
//SOURCES LongLines.java
//SOURCES Timestamps.java

/**
 * What a line of an audit log is: a header, an entry, foreign or damaged; and how one is told as
 * fast as memory delivers it. Shows no content.
 */
package support.lines;
