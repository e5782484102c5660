package support.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import support.run.Failure;

/**
 * A password file of PostgreSQL's clients: lines of {@code host:port:database:user:password}, where
 * {@code *} is any, and a backslash makes a colon or a backslash a letter like others.
 */
record PasswordFile(Path file) {
  private static final String ANY = "*";

  /**
   * The password of a user.
   *
   * @param hosts each with its port
   * @return null where the file, which need not exist, has none
   * @throws Failure if the file cannot be read, or if the hosts have different passwords
   */
  String password(List<String> hosts, String database, String user) {
    if (!Files.isRegularFile(file)) {
      return null;
    }
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw Failure.of(e);
    }
    Set<String> passwords = new HashSet<>();
    for (String host : hosts) {
      int colon = host.lastIndexOf(':');
      List<String> wanted =
          List.of(host.substring(0, colon), host.substring(colon + 1), database, user);
      lines.stream()
          .map(PasswordFile::fields)
          .filter(fields -> fields.size() == 5 && matches(fields, wanted))
          .findFirst()
          .ifPresent(fields -> passwords.add(fields.get(4)));
    }
    if (passwords.size() > 1) {
      throw Failure.of(StoreErrors.DSN_PASSWORDS, file);
    }
    return passwords.isEmpty() ? null : passwords.iterator().next();
  }

  private static boolean matches(List<String> fields, List<String> wanted) {
    for (int i = 0; i < wanted.size(); i++) {
      if (!fields.get(i).equals(ANY) && !fields.get(i).equals(wanted.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\' && i + 1 < line.length()) {
        field.append(line.charAt(++i));
      } else if (c == ':' && fields.size() < 4) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString());
    return fields;
  }
}
