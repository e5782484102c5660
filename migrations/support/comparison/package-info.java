//SOURCES Body.java
//SOURCES Comparison.java
//SOURCES ComparisonErrors.java
//SOURCES DigestedLines.java
//SOURCES Fault.java
//SOURCES Fit.java
//SOURCES LateTail.java
//SOURCES Likeness.java
//SOURCES Making.java
//SOURCES MissingLines.java

/**
 * How a backup and one file compare ({@link support.comparison.Fit}): whether the file begins with
 * what was made of the backup, lines that were appended to either told apart, and if it does not,
 * where. Reads only, in constant memory, and knows nothing of other files.
 */
package support.comparison;
