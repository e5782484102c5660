//SOURCES Console.java
//SOURCES ConsoleErrors.java
//SOURCES Demo.java
//SOURCES Host.java
//SOURCES Metrics.java
//SOURCES Progress.java
//SOURCES StandardStreams.java
//SOURCES Turns.java

/**
 * This process as an operator sees it: its streams and signals, the bar, the metrics file, the
 * demo. Results alone go to standard output, and a metrics file is the old one or the new one,
 * whole.
 */
package support.console;
