package support.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.imports.AuditStore;
import support.run.Exit;
import support.run.Failure;

/** A DSN means to JDBC what it means to the server's driver, or is refused by name. */
class DsnTest {
  @TempDir Path home;

  private Dsn read(String dsn, Map<String, String> environment) {
    return Dsn.of(dsn, environment::get, home, "me");
  }

  private Dsn read(String dsn) {
    return read(dsn, Map.of());
  }

  private static String property(Dsn dsn, String name) {
    return dsn.properties().getProperty(name);
  }

  @Test
  void theUrlItself() {
    Dsn dsn = read("postgresql://a%40b:p%3Aw+d@db.example:6543/the%20store");
    assertEquals("jdbc:postgresql://db.example:6543/the%20store", dsn.url());
    assertEquals("a@b", property(dsn, "user"));
    assertEquals("p:w+d", property(dsn, "password"));
    assertEquals("db.example:6543, database the store", dsn.place());
  }

  @Test
  void whatIsNotSaidIsTheDriversDefault() {
    Dsn dsn = read("postgres://db");
    assertEquals("jdbc:postgresql://db:5432/me", dsn.url());
    assertEquals("me", property(dsn, "user"));
    assertNull(property(dsn, "password"));
    assertNull(property(dsn, "options"));
  }

  @Test
  void severalHosts() {
    Dsn dsn = read("postgres://u@a:1,b:2,[::1]:3/d?target_session_attrs=read-write");
    assertEquals("jdbc:postgresql://a:1,b:2,[::1]:3/d", dsn.url());
    assertEquals("primary", property(dsn, "targetServerType"));
  }

  @Test
  void settingsOfTheSessionAreToldToTheServer() {
    Dsn dsn =
        read("postgres://u@h/d?search_path=a%2C%20b&statement_timeout=5s&options=-c%20x.y%3D1");
    assertEquals(
        "-c x.y=1 -c search_path=a,\\ b -c statement_timeout=5s", property(dsn, "options"));
  }

  @Test
  void encryption() {
    Dsn dsn = read("postgres://u@h/d?sslmode=require&sslrootcert=/ca&sslcert=/c&sslkey=/k");
    assertEquals("verify-ca", property(dsn, "sslmode"));
    assertEquals("/ca", property(dsn, "sslrootcert"));
    assertEquals("/c", property(dsn, "sslcert"));
    assertEquals("/k", property(dsn, "sslkey"));
    assertEquals("require", property(read("postgres://u@h/d?sslmode=require"), "sslmode"));
  }

  @Test
  void whatCannotBePassedOnIsRefusedByName() {
    for (String parameter :
        List.of(
            "service", "krbspn", "pool_max_conns", "sslnegotiation", "channel_binding", "a-b")) {
      Failure failure =
          assertThrows(
              Failure.class, () -> read("postgres://u:secret@h/d?" + parameter + "=hidden"));
      assertEquals(Exit.USAGE, failure.exit());
      assertTrue(failure.getMessage().contains(parameter), failure.getMessage());
      assertFalse(failure.getMessage().contains("secret") || failure.next().contains("secret"));
    }
    for (String standby : List.of("read-only", "standby", "prefer-standby")) {
      assertThrows(Failure.class, () -> read("postgres://u@h/d?target_session_attrs=" + standby));
    }
  }

  @Test
  void whatTheEnvironmentCannotPassOnIsRefusedByName() {
    for (String variable : List.of("PGSERVICE", "PGSSLSNI", "PGSSLNEGOTIATION")) {
      Failure failure =
          assertThrows(Failure.class, () -> read("postgres://u@h/d", Map.of(variable, "hidden")));
      assertEquals(Exit.USAGE, failure.exit());
      assertTrue(failure.getMessage().contains(variable), failure.getMessage());
    }
  }

  @Test
  void aValueThatAParameterCannotHaveIsRefusedByTheParametersName() {
    Map<String, String> wrong =
        Map.of(
            "sslmode", "postgres://u@h/d?sslmode=full",
            "port", "postgres://u@h:70000/d",
            "connect_timeout", "postgres://u@h/d?connect_timeout=-1",
            "target_session_attrs", "postgres://u@h/d?target_session_attrs=writable");
    wrong.forEach(
        (parameter, dsn) -> {
          Failure failure = assertThrows(Failure.class, () -> read(dsn), dsn);
          assertEquals(Exit.USAGE, failure.exit());
          assertTrue(failure.getMessage().contains(parameter), failure.getMessage());
        });
    assertThrows(Failure.class, () -> read("postgres://u@h/d", Map.of("PGPORT", "http")));
  }

  /** The server's driver deals such ports out in an order of its own. */
  @Test
  void aPortOfSomeHostsOnlyIsRefused() {
    assertThrows(Failure.class, () -> read("postgres://u@a:1,b/d"));
    assertEquals(
        "jdbc:postgresql://a:7,b:7/d", read("postgres://u@a,b/d", Map.of("PGPORT", "7")).url());
  }

  /** Such as /, ?, # and @, behind which its rest would be shown as a host or a database. */
  @Test
  void aPasswordWhoseLettersAreNotEscapedIsRefusedAndNotShown() {
    for (String dsn :
        List.of(
            "postgres://u:1secret/secret@h/d",
            "postgres://u:secret?secret@h/d",
            "postgres://u:1#secret@h/d",
            "postgres://u:1/secret@h/d",
            "postgres://u:se@cret/secret@h/d")) {
      Failure failure = assertThrows(Failure.class, () -> read(dsn), dsn);
      assertEquals(Exit.USAGE, failure.exit());
      assertFalse(failure.getMessage().contains("secret"), failure.getMessage());
      assertTrue(failure.next().contains("%40"), failure.next());
    }
  }

  @Test
  void theCertificatesOfTheUserAreTakenAsTheServersDriverTakesThem() throws IOException {
    assertNull(property(read("postgres://u@h/d"), "sslrootcert"));
    Path folder = Files.createDirectory(home.resolve(".postgresql"));
    Path root = Files.createFile(folder.resolve("root.crt"));
    Path key = Files.createFile(folder.resolve("postgresql.key"));
    Dsn withoutCertificate = read("postgres://u@h/d?sslmode=require");
    assertEquals("verify-ca", property(withoutCertificate, "sslmode"));
    assertEquals(root.toString(), property(withoutCertificate, "sslrootcert"));
    assertNull(property(withoutCertificate, "sslkey"));
    Path certificate = Files.createFile(folder.resolve("postgresql.crt"));
    Dsn dsn = read("postgres://u@h/d");
    assertEquals(certificate.toString(), property(dsn, "sslcert"));
    assertEquals(key.toString(), property(dsn, "sslkey"));
  }

  /** JDBC's driver trusts nobody without a file, and the server's whom the system trusts. */
  @Test
  void whereNoAuthorityIsNamedThoseOfTheSystemAreTrusted() throws IOException {
    Path bundle = Files.createFile(home.resolve("authorities.pem"));
    Map<String, String> environment = Map.of("SSL_CERT_FILE", bundle.toString());
    for (String how :
        List.of(
            "?sslmode=verify-full",
            "?sslmode=verify-ca",
            "?sslmode=verify-full&sslrootcert=system")) {
      Dsn dsn = read("postgres://u@h/d" + how, environment);
      assertEquals(bundle.toString(), property(dsn, "sslrootcert"), how);
    }
    assertNull(property(read("postgres://u@h/d?sslmode=require", environment), "sslrootcert"));
  }

  @Test
  void socketsAndKeywordsAreRefusedWithAdvice() {
    for (String dsn :
        List.of("postgres:///d", "postgres://%2Frun%2Fpg/d", "postgres:///d?host=/run")) {
      Failure failure = assertThrows(Failure.class, () -> read(dsn), dsn);
      assertEquals(Exit.USAGE, failure.exit());
    }
    for (String dsn : List.of("host=h dbname=d", "mysql://h/d")) {
      Failure failure = assertThrows(Failure.class, () -> AuditStore.of(dsn, home, null), dsn);
      assertEquals(Exit.USAGE, failure.exit());
    }
  }

  @Test
  void theEnvironmentStandsInForWhatTheUrlDoesNotSay() {
    Map<String, String> environment =
        Map.of("PGPASSWORD", "e", "PGHOST", "other", "PGUSER", "eve", "PGSSLMODE", "disable");
    Dsn dsn = read("postgres://u@h/d", environment);
    assertEquals("jdbc:postgresql://h:5432/d", dsn.url());
    assertEquals("u", property(dsn, "user"));
    assertEquals("e", property(dsn, "password"));
    assertEquals("disable", property(dsn, "sslmode"));
    assertEquals("jdbc:postgresql://other:5432/d", read("postgres:///d", environment).url());
  }

  @Test
  void aPasswordFile() throws IOException {
    Files.writeString(
        home.resolve(".pgpass"),
        "h:5432:other:u:wrong\n# a comment\nh:5432:*:u:s\\:e\\\\c:ret\n*:*:*:*:rest\n");
    assertEquals("s:e\\c:ret", property(read("postgres://u@h/d"), "password"));
    assertEquals("rest", property(read("postgres://v@h/d"), "password"));
    assertEquals("own", property(read("postgres://u:own@h/d"), "password"));
    assertThrows(Failure.class, () -> read("postgres://u@h,i/d"));
    Path other = Files.writeString(home.resolve("other"), "h:*:*:*:elsewhere\n");
    assertEquals("elsewhere", property(read("postgres://u@h/d?passfile=" + other), "password"));
  }
}
