//DEPS org.xerial:sqlite-jdbc:3.53.4.0
//DEPS org.postgresql:postgresql:42.7.13
//SOURCES AuditStore.java
//SOURCES Chunk.java
//SOURCES ChunkProof.java
//SOURCES Chunks.java
//SOURCES Digests.java
//SOURCES Dsn.java
//SOURCES EntryRow.java
//SOURCES FileStatus.java
//SOURCES GoText.java
//SOURCES GoTime.java
//SOURCES Import.java
//SOURCES ImportOptions.java
//SOURCES ImportPlan.java
//SOURCES ImportRecord.java
//SOURCES ImportResult.java
//SOURCES KnownPart.java
//SOURCES Line.java
//SOURCES LineReader.java
//SOURCES LiveCheck.java
//SOURCES LogFile.java
//SOURCES LogFiles.java
//SOURCES OpenLog.java
//SOURCES ParsedPiece.java
//SOURCES Parsing.java
//SOURCES PasswordFile.java
//SOURCES Piece.java
//SOURCES PieceReader.java
//SOURCES PostgresStore.java
//SOURCES Records.java
//SOURCES Reject.java
//SOURCES RejectFile.java
//SOURCES Repeated.java
//SOURCES Rollback.java
//SOURCES SpaceNeeded.java
//SOURCES Spot.java
//SOURCES SqliteDriver.java
//SOURCES SqliteStore.java
//SOURCES Store.java
//SOURCES StoreErrors.java
//SOURCES StoreFailures.java
//SOURCES StoreSurvey.java
//SOURCES Verify.java
//SOURCES VerifyResult.java
//SOURCES Wish.java

/**
 * AgentGuard's store, and how the history of logs gets into it: lines read as AgentGuard reads
 * them, files known by what they hold, rows and their record in one transaction. Only scripts of
 * stores/ list this room, so that the drivers of databases reach nothing else.
 */
package support.store;
