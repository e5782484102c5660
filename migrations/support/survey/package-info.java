//SOURCES BackupSurvey.java
//SOURCES CheckpointSurvey.java
//SOURCES LockSurvey.java
//SOURCES LogSurvey.java
//SOURCES SideFile.java
//SOURCES Survey.java

/**
 * What stands beside a log, seen in one look ({@link support.survey.Survey}). Takes no lock, writes
 * nothing, waits for nobody.
 */
package support.survey;
