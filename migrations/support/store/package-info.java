//SOURCES BinaryCopy.java
//DEPS org.xerial:sqlite-jdbc:3.53.4.0
//DEPS org.postgresql:postgresql:42.7.13
//SOURCES Dsn.java
//SOURCES ImportRecord.java
//SOURCES PasswordFile.java
//SOURCES PostgresStore.java
//SOURCES Records.java
//SOURCES SqliteDriver.java
//SOURCES SqliteStore.java
//SOURCES Store.java
//SOURCES StoreErrors.java
//SOURCES StoreFailures.java

/**
 * AgentGuard's store ({@link support.store.Store}): where it is, its table, and ours beside it.
 * Rows and their record are one transaction. Only scripts of stores/ list this room, so that the
 * drivers of databases reach nothing else.
 */
package support.store;
