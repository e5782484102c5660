//SOURCES EarlierNames.java
//SOURCES Evidence.java
//SOURCES EvidenceErrors.java
//SOURCES EvidenceSearch.java
//SOURCES Finding.java
//SOURCES LateNotes.java
//SOURCES LinesProof.java
//SOURCES Proof.java
//SOURCES Retrieval.java
//SOURCES RolledBack.java
//SOURCES RotationChain.java
//SOURCES TornCopies.java
//SOURCES Verification.java

/**
 * What the backups of a log prove ({@link support.evidence.Evidence}): of which file each of them
 * is, also after rotation and after a rewrite under a writer, and whether that file still holds it.
 * Reads only, except that lines which a log lacks are brought over ({@link
 * support.evidence.Retrieval}).
 */
package support.evidence;
