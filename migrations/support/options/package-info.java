//SOURCES ArchiveOptions.java
//SOURCES LogOptions.java
//SOURCES Options.java
//SOURCES OutputOptions.java
//SOURCES UsageErrors.java
//SOURCES WrongUsage.java

/**
 * What the operator asked for: the options that commands share, and what is told of a command line
 * that is not understood. Promises that whatever an option holds was looked at before a run begins.
 */
package support.options;
