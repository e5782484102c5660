//SOURCES AccessControl.java
//SOURCES AccessList.java
//SOURCES AccessTools.java
//SOURCES MarksAhead.java
//SOURCES Program.java

/**
 * Who may use or change a file, besides what its owner and mode say: lists, labels and marks, as
 * the programs of the system report and set them ({@link support.access.AccessControl}). A machine
 * without these programs, or without such a thing, is no error: how much is known is part of each
 * answer.
 */
package support.access;
