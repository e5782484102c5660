package support.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import support.run.Exit;
import support.run.Failure;

/**
 * A {@code postgres://} URL, read as the server's driver reads it (pgx 5), for the JDBC driver:
 * every parameter is translated or refused by name, and none is ignored.
 *
 * @param url for JDBC, without user and password
 * @param properties for JDBC; the password is among them
 * @param hosts with their ports, for messages
 * @param database its name
 * @param settings the names of the settings that the server is told when we connect
 */
public record Dsn(
    String url, Properties properties, String hosts, String database, Set<String> settings) {
  private static final String DEFAULT_PORT = "5432";

  /** What environment variable stands for which parameter, where the URL does not say it. */
  private static final Map<String, String> ENVIRONMENT =
      Map.ofEntries(
          Map.entry("PGHOST", "host"),
          Map.entry("PGPORT", "port"),
          Map.entry("PGDATABASE", "dbname"),
          Map.entry("PGUSER", "user"),
          Map.entry("PGPASSWORD", "password"),
          Map.entry("PGPASSFILE", "passfile"),
          Map.entry("PGAPPNAME", "application_name"),
          Map.entry("PGCONNECT_TIMEOUT", "connect_timeout"),
          Map.entry("PGSSLMODE", "sslmode"),
          Map.entry("PGSSLKEY", "sslkey"),
          Map.entry("PGSSLCERT", "sslcert"),
          Map.entry("PGSSLROOTCERT", "sslrootcert"),
          Map.entry("PGSSLPASSWORD", "sslpassword"),
          Map.entry("PGOPTIONS", "options"),
          Map.entry("PGTZ", "timezone"),
          Map.entry("PGTARGETSESSIONATTRS", "target_session_attrs"));

  /** Variables that the driver reads, and that have no counterpart in JDBC. */
  private static final List<String> UNTRANSLATABLE_VARIABLES =
      List.of("PGSERVICE", "PGSSLSNI", "PGSSLNEGOTIATION");

  /** Parameters of the driver that have the same meaning in JDBC, by their name there. */
  private static final Map<String, String> SAME =
      Map.of(
          "application_name", "ApplicationName",
          "connect_timeout", "connectTimeout",
          "sslmode", "sslmode",
          "sslkey", "sslkey",
          "sslcert", "sslcert",
          "sslrootcert", "sslrootcert",
          "sslpassword", "sslpassword");

  /** Parameters of the driver that have no counterpart in JDBC. */
  private static final List<String> UNTRANSLATABLE =
      List.of(
          "service",
          "servicefile",
          "krbspn",
          "krbsrvname",
          "sslsni",
          "sslnegotiation",
          "sslinline",
          "min_read_buffer_size",
          "default_query_exec_mode",
          "statement_cache_capacity",
          "description_cache_capacity",
          "min_protocol_version",
          "max_protocol_version",
          "channel_binding",
          "require_auth");

  private static final Set<String> SSL_MODES =
      Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

  /** Where systems keep the certificates of the authorities that they trust, as Go looks for it. */
  private static final List<String> SYSTEM_AUTHORITIES =
      List.of(
          "/etc/ssl/certs/ca-certificates.crt",
          "/etc/pki/tls/certs/ca-bundle.crt",
          "/etc/ssl/ca-bundle.pem",
          "/etc/pki/tls/cacert.pem",
          "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
          "/etc/ssl/cert.pem");

  /** All hosts and the database, for messages. */
  public String place() {
    return place(hosts);
  }

  /** The same with the host that answered. */
  String place(String host) {
    return "%s, database %s".formatted(host, database);
  }

  /** Whether AgentGuard takes this for PostgreSQL and not for the path of a file. */
  public static boolean isPostgres(String dsn) {
    return dsn.startsWith("postgres://") || dsn.startsWith("postgresql://");
  }

  /**
   * Reads a URL.
   *
   * @param environment gives the value of a variable, or null
   * @param home of the user, for the password file and certificates
   * @param systemUser who connects where neither URL nor environment say it
   * @throws Failure with {@link Exit#USAGE}; its text never shows a password
   */
  public static Dsn of(
      String dsn, UnaryOperator<String> environment, Path home, String systemUser) {
    Map<String, String> parameters = new TreeMap<>();
    ENVIRONMENT.forEach(
        (variable, parameter) -> {
          String value = environment.apply(variable);
          if (value != null && !value.isEmpty()) {
            parameters.put(parameter, value);
          }
        });
    for (String variable : UNTRANSLATABLE_VARIABLES) {
      String value = environment.apply(variable);
      if (value != null && !value.isEmpty()) {
        throw Failure.of(StoreErrors.DSN_VARIABLE, variable);
      }
    }
    new UrlParts(dsn).addTo(parameters);
    return new Reading(parameters, environment, home, systemUser).dsn();
  }

  /** The parts of the URL. Java's own class for URLs knows no lists of hosts. */
  private static final class UrlParts {
    private final String authority;
    private final String path;
    private final String query;

    UrlParts(String dsn) {
      String rest = dsn.substring(dsn.indexOf("://") + 3);
      int fragment = rest.indexOf('#');
      rest = fragment < 0 ? rest : rest.substring(0, fragment);
      int question = rest.indexOf('?');
      query = question < 0 ? "" : rest.substring(question + 1);
      rest = question < 0 ? rest : rest.substring(0, question);
      int slash = rest.indexOf('/');
      path = slash < 0 ? "" : rest.substring(slash + 1);
      authority = slash < 0 ? rest : rest.substring(0, slash);
      requireNoPasswordBehind(dsn.substring(dsn.indexOf("://") + 3 + authority.length()));
    }

    /** A password with a / in it seems to end there, and its rest to be part of what follows. */
    private static void requireNoPasswordBehind(String rest) {
      if (rest.contains("@")) {
        throw Failure.of(StoreErrors.DSN_PASSWORD_NOT_ESCAPED);
      }
    }

    void addTo(Map<String, String> parameters) {
      int at = authority.lastIndexOf('@');
      if (at >= 0) {
        String[] user = authority.substring(0, at).split(":", 2);
        parameters.put("user", decoded(user[0], false));
        if (user.length > 1) {
          parameters.put("password", decoded(user[1], false));
        }
      }
      addHosts(authority.substring(at + 1), parameters);
      if (!path.isEmpty()) {
        parameters.put("dbname", decoded(path, false));
      }
      for (String parameter : query.isEmpty() ? new String[0] : query.split("&")) {
        String[] parts = parameter.split("=", 2);
        String name = decoded(parts[0], true);
        String value = parts.length < 2 ? "" : decoded(parts[1], true);
        parameters.put(name.equals("database") ? "dbname" : name, value);
      }
    }

    private static void addHosts(String list, Map<String, String> parameters) {
      if (list.isEmpty()) {
        return;
      }
      List<String> hosts = new ArrayList<>();
      List<String> ports = new ArrayList<>();
      for (String host : list.split(",")) {
        int colon = host.lastIndexOf(':');
        boolean hasPort = colon > host.lastIndexOf(']');
        hosts.add(decoded(hasPort ? host.substring(0, colon) : host, false));
        ports.add(hasPort ? host.substring(colon + 1) : "");
      }
      parameters.put("host", String.join(",", hosts));
      long withPort = ports.stream().filter(port -> !port.isEmpty()).count();
      if (withPort > 0 && withPort < hosts.size()) {
        throw Failure.of(StoreErrors.DSN_PORTS);
      }
      if (withPort > 0) {
        parameters.put("port", String.join(",", ports));
      }
    }

    private static String decoded(String text, boolean isOfQuery) {
      try {
        return URLDecoder.decode(isOfQuery ? text : text.replace("+", "%2B"), UTF_8);
      } catch (IllegalArgumentException e) {
        throw Failure.of(StoreErrors.DSN_ESCAPE);
      }
    }
  }

  /** What the parameters come to. */
  private static final class Reading {
    private final Map<String, String> parameters;
    private final UnaryOperator<String> environment;
    private final Path home;
    private final String systemUser;
    private final Properties properties = new Properties();

    /** Settings of the session, which the server is told when we connect. */
    private final Map<String, String> settings = new LinkedHashMap<>();

    Reading(
        Map<String, String> parameters,
        UnaryOperator<String> environment,
        Path home,
        String systemUser) {
      this.parameters = new TreeMap<>(parameters);
      this.environment = environment;
      this.home = home;
      this.systemUser = systemUser;
    }

    Dsn dsn() {
      List<String> hosts = hosts();
      String user = take("user", systemUser);
      String database = take("dbname", user);
      properties.setProperty("user", user);
      String password = take("password", null);
      String passwordFile = take("passfile", home.resolve(".pgpass").toString());
      if (password == null) {
        password = new PasswordFile(Path.of(passwordFile)).password(hosts, database, user);
      }
      if (password != null) {
        properties.setProperty("password", password);
      }
      translateSession();
      translateEncryption();
      translateRest();
      String list = String.join(",", hosts);
      String url = "jdbc:postgresql://%s/%s".formatted(list, encoded(database));
      return new Dsn(url, properties, list, database, settings.keySet());
    }

    private static String encoded(String text) {
      return java.net.URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    private String take(String name, String otherwise) {
      String value = parameters.remove(name);
      return value == null || value.isEmpty() ? otherwise : value;
    }

    /** Each with its port. */
    private List<String> hosts() {
      String[] hosts = take("host", "").split(",");
      String[] ports = take("port", DEFAULT_PORT).split(",", -1);
      List<String> all = new ArrayList<>();
      for (int i = 0; i < hosts.length; i++) {
        if (hosts[i].isEmpty() || hosts[i].startsWith("/") || hosts[i].startsWith("@")) {
          throw Failure.of(
              hosts[i].isEmpty() ? StoreErrors.DSN_NO_HOST : StoreErrors.DSN_UNIX_SOCKET);
        }
        String port = ports.length == 1 ? ports[0] : i < ports.length ? ports[i] : "";
        requireNumber("port", port, 1, 65_535);
        all.add(hosts[i] + ":" + port);
      }
      return all;
    }

    private static void requireNumber(String parameter, String value, int least, int most) {
      boolean isNumber = value.matches("\\d{1,9}");
      if (!isNumber || Integer.parseInt(value) < least || Integer.parseInt(value) > most) {
        throw Failure.of(StoreErrors.DSN_VALUE, parameter);
      }
    }

    private void translateSession() {
      String attributes = take("target_session_attrs", "any");
      String type =
          switch (attributes) {
            case "any" -> "any";
            case "read-write", "primary" -> "primary";
            case "read-only", "standby", "prefer-standby" ->
                throw Failure.of(StoreErrors.DSN_STANDBY, attributes);
            default -> throw Failure.of(StoreErrors.DSN_VALUE, "target_session_attrs");
          };
      properties.setProperty("targetServerType", type);
      if (parameters.containsKey("connect_timeout")) {
        requireNumber("connect_timeout", parameters.get("connect_timeout"), 0, Integer.MAX_VALUE);
      }
    }

    /** JDBC's driver looks for files of other names, and trusts nobody where there is none. */
    private void translateEncryption() {
      String mode = parameters.getOrDefault("sslmode", "prefer");
      if (!SSL_MODES.contains(mode)) {
        throw Failure.of(StoreErrors.DSN_VALUE, "sslmode");
      }
      Path folder = home.resolve(".postgresql");
      Path certificate = folder.resolve("postgresql.crt");
      Path key = folder.resolve("postgresql.key");
      if (Files.exists(certificate) && Files.exists(key)) {
        parameters.putIfAbsent("sslcert", certificate.toString());
        parameters.putIfAbsent("sslkey", key.toString());
      }
      Path authorities = folder.resolve("root.crt");
      if (Files.exists(authorities)) {
        parameters.putIfAbsent("sslrootcert", authorities.toString());
      }
      if (mode.equals("require") && parameters.containsKey("sslrootcert")) {
        parameters.put("sslmode", "verify-ca"); // as the server's driver does
      }
      boolean trustsSystem =
          mode.startsWith("verify-")
              && parameters.getOrDefault("sslrootcert", "system").equals("system");
      if (trustsSystem) {
        systemAuthorities().ifPresent(file -> parameters.put("sslrootcert", file));
      }
    }

    private Optional<String> systemAuthorities() {
      return Stream.concat(
              Stream.ofNullable(environment.apply("SSL_CERT_FILE")), SYSTEM_AUTHORITIES.stream())
          .filter(file -> Files.exists(Path.of(file)))
          .findFirst();
    }

    private void translateRest() {
      String options = take("options", "");
      parameters.forEach(this::translate);
      StringBuilder all = new StringBuilder(options);
      settings.forEach(
          (name, value) -> all.append(" -c ").append(name).append('=').append(escaped(value)));
      if (!all.isEmpty()) {
        properties.setProperty("options", all.toString().strip());
      }
    }

    private void translate(String name, String value) {
      if (SAME.containsKey(name)) {
        properties.setProperty(SAME.get(name), value);
      } else if (UNTRANSLATABLE.contains(name) || name.startsWith("pool_") || !isSetting(name)) {
        throw Failure.of(StoreErrors.DSN_PARAMETER, name);
      } else {
        settings.put(name, value);
      }
    }

    /** The name of a setting of the server, as all that its driver does not know itself. */
    private static boolean isSetting(String name) {
      return name.matches("[A-Za-z_][A-Za-z0-9_.]*");
    }

    /** As the server takes its options apart. */
    private static String escaped(String value) {
      return value.replace("\\", "\\\\").replace(" ", "\\ ");
    }
  }
}
