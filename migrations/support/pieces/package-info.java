//SOURCES Chunk.java
//SOURCES Chunks.java
//SOURCES LiveCheck.java
//SOURCES LogFile.java
//SOURCES OpenLog.java
//SOURCES ParsedPiece.java
//SOURCES Parsing.java
//SOURCES Piece.java
//SOURCES PieceReader.java
//SOURCES Rows.java
//SOURCES Spot.java

/**
 * A log in pieces that are read and parsed on several processors, in constant memory; and what it
 * is known by: its entries ({@link support.pieces.Chunk}), and not its name. Only scripts of
 * stores/ list this room.
 */
package support.pieces;
