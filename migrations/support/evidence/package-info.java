//SOURCES Body.java
//SOURCES Comparison.java
//SOURCES EarlierNames.java
//SOURCES Evidence.java
//SOURCES EvidenceErrors.java
//SOURCES Fault.java
//SOURCES Finding.java
//SOURCES Fit.java
//SOURCES LateTail.java
//SOURCES Likeness.java
//SOURCES LineReader.java
//SOURCES Making.java
//SOURCES Proof.java
//SOURCES Retrieval.java
//SOURCES RotationChain.java
//SOURCES TornCopies.java
//SOURCES Verification.java

/**
 * What the backups of a log prove ({@link support.evidence.Evidence}): of which file each of them
 * is, also after rotation and after a rewrite under a writer, and whether that file still holds it.
 * Reads only.
 */
package support.evidence;
