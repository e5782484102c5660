//SOURCES ArchivesLeftAlone.java
//SOURCES BackupSurvey.java
//SOURCES CheckpointSurvey.java
//SOURCES LockSurvey.java
//SOURCES LogPattern.java
//SOURCES LogSelection.java
//SOURCES LogSurvey.java
//SOURCES SideFile.java
//SOURCES Survey.java

/**
 * What stands beside a log, seen in one look ({@link support.survey.Survey}). Takes no lock, writes
 * nothing, waits for nobody.
 */
package support.survey;
