//SOURCES AuditStore.java
//SOURCES ChunkProof.java
//SOURCES Import.java
//SOURCES ImportOptions.java
//SOURCES ImportPlan.java
//SOURCES ImportResult.java
//SOURCES KnownPart.java
//SOURCES LogFiles.java
//SOURCES RejectFile.java
//SOURCES Rollback.java
//SOURCES SpaceNeeded.java
//SOURCES StoreStatus.java
//SOURCES StoreSurvey.java
//SOURCES Tenants.java
//SOURCES Verify.java
//SOURCES VerifyResult.java

/**
 * How the history of logs gets into the store, is proven there, and is taken out again ({@link
 * support.imports.AuditStore}): each entry once, whatever dies when. Only scripts of stores/ list
 * this room.
 */
package support.imports;
