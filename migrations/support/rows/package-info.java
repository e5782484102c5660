//SOURCES Digests.java
//SOURCES EntryFields.java
//SOURCES EntryParser.java
//SOURCES EntryRow.java
//SOURCES GoText.java
//SOURCES GoTime.java
//SOURCES Keys.java
//SOURCES Line.java
//SOURCES LineReader.java
//SOURCES Reject.java
//SOURCES Wish.java

/**
 * What AgentGuard's own code makes of a line of a log: a row of its store, or nothing, to the byte
 * ({@link support.rows.LineReader}). Only scripts of stores/ list this room.
 */
package support.rows;
