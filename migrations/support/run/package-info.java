//SOURCES Cancellation.java
//SOURCES Catalog.java
//SOURCES ErrorCode.java
//SOURCES Exit.java
//SOURCES Failure.java
//SOURCES FileFault.java
//SOURCES IoRunnable.java
//SOURCES IoSupplier.java
//SOURCES Monitor.java
//SOURCES Notes.java
//SOURCES Printable.java
//SOURCES RunErrors.java
//SOURCES Template.java

/**
 * What every run has, whatever it works on: how it ends ({@link support.run.Exit}), why it could
 * not go on ({@link support.run.Failure}), who may end it, and what it reports of its progress.
 * Knows no files.
 */
package support.run;
