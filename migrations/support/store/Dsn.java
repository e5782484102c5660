package support.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import support.run.Exit;
import support.run.Failure;

/**
 * A {@code postgres://} URL, read as the server's driver reads it (pgx 5), for the JDBC driver:
 * every parameter is translated or refused by name, and none is ignored.
 *
 * @param url for JDBC, without user and password
 * @param properties for JDBC; the password is among them
 * @param place host and database, for messages
 */
public record Dsn(String url, Properties properties, String place) {
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

  /** Whether AgentGuard takes this for PostgreSQL and not for the path of a file. */
  public static boolean isPostgres(String dsn) {
    return dsn.startsWith("postgres://") || dsn.startsWith("postgresql://");
  }

  /**
   * Reads a URL.
   *
   * @param environment gives the value of a variable, or null
   * @param home of the user, for the password file
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
    new UrlParts(dsn).addTo(parameters);
    return new Reading(parameters, home, systemUser).dsn();
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
      if (ports.stream().anyMatch(port -> !port.isEmpty())) {
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
    private final Path home;
    private final String systemUser;
    private final Properties properties = new Properties();

    /** Settings of the session, which the server is told when we connect. */
    private final Map<String, String> settings = new LinkedHashMap<>();

    Reading(Map<String, String> parameters, Path home, String systemUser) {
      this.parameters = new TreeMap<>(parameters);
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
      translateRest();
      String list = String.join(",", hosts);
      String url = "jdbc:postgresql://%s/%s".formatted(list, encoded(database));
      return new Dsn(url, properties, "%s, database %s".formatted(list, database));
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
        all.add(hosts[i] + ":" + (port.isEmpty() ? DEFAULT_PORT : port));
      }
      return all;
    }

    private void translateSession() {
      String attributes = take("target_session_attrs", "any");
      String type =
          switch (attributes) {
            case "any" -> "any";
            case "read-write", "primary" -> "primary";
            default -> throw Failure.of(StoreErrors.DSN_STANDBY, attributes);
          };
      properties.setProperty("targetServerType", type);
      String mode = parameters.get("sslmode");
      if ("require".equals(mode) && parameters.containsKey("sslrootcert")) {
        parameters.put("sslmode", "verify-ca"); // as the server's driver does
      }
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
