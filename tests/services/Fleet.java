import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Servers that Ansible manages, all on this machine: each is a folder with a log, and with the
 * history of its service.
 *
 * @param folder where they are, and the playbook
 * @param tool how the inventory calls the tool, and what it is called with
 * @param inventory a line for each of them
 */
record Fleet(Path folder, Map.Entry<String, String> tool, List<String> inventory) {
  /** Stands in for the real module, since Ansible looks beside the playbook first. */
  private static final String SYSTEMD =
      """
      #!/usr/bin/env bash
      . "$1" # name=... state=...
      [ "$_ansible_check_mode" = True ] || echo "$state" >> "$name/service"
      echo '{"changed": true}'
      """;

  private static final String FULL_DISK = "#!/usr/bin/env bash\nulimit -f 64\nexec \"$@\"\n";

  /** Servers that are migrated as docs/services.md says. */
  static Fleet in(Path folder, Exported exported) throws IOException {
    String playbook = Markdown.SERVICES.block("yaml", "serial:");
    return in(folder, playbook, Map.entry("migrate", command(folder, exported)));
  }

  /** Servers that are managed with another playbook. */
  static Fleet in(Path folder, String playbook, Map.Entry<String, String> tool) throws IOException {
    Files.createDirectory(folder.resolve("library"));
    executable(folder.resolve("library/systemd"), SYSTEMD);
    executable(folder.resolve("full-disk"), FULL_DISK);
    Files.writeString(folder.resolve("migrate.yml"), playbook);
    return new Fleet(folder, tool, new ArrayList<>());
  }

  private static void executable(Path file, String script) throws IOException {
    Files.writeString(file, script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Adds a server. */
  void add(String name, byte[] log) throws IOException {
    Path server = Files.createDirectory(folder.resolve(name));
    Files.write(server.resolve(Scene.LOG), log);
    inventory.add("%s service=%s audit_log=%s".formatted(name, server, server.resolve(Scene.LOG)));
  }

  /** Adds a server with a log and an archive in a folder for each tenant, named by a pattern. */
  void addSeveral(String name, List<String> tenants, byte[] log, Exported exported)
      throws IOException {
    Path server = Files.createDirectory(folder.resolve(name));
    for (String tenant : tenants) {
      Path own = Files.createDirectory(server.resolve(tenant));
      Files.write(own.resolve(Scene.LOG), log);
      Files.write(own.resolve(Scene.LOG + ".1"), log);
    }
    String logs = several().replace("audit_log=", "audit_log='") + "'";
    inventory.add("%s service=%s %s".formatted(name, server, exported.here(logs, server)));
  }

  /** How the document names several. */
  private static String several() throws IOException {
    Matcher named =
        Pattern.compile("`(audit_log=[^`]*\\*[^`]*)`").matcher(Markdown.SERVICES.text());
    if (!named.find()) {
      throw new AssertionError("docs/services.md names no several logs");
    }
    return named.group(1);
  }

  /** Adds a server whose disk cannot take a new log; that it is pending can be seen. */
  void addWithFullDisk(String name, byte[] log) throws IOException {
    add(name, log);
    qualify("migrate='%s %s'".formatted(folder.resolve("full-disk"), tool.getValue()));
  }

  /** Adds a server where Ansible can run nothing. */
  void addOutOfReach(String name, byte[] log) throws IOException {
    add(name, log);
    qualify("ansible_pipelining=false ansible_remote_tmp=/proc/none");
  }

  /** Gives the last server a variable of its own. */
  void qualify(String variable) {
    int last = inventory.size() - 1;
    inventory.set(last, inventory.get(last) + " " + variable);
  }

  /** The tool, as the inventory of docs/services.md calls it, but as the user of the tests. */
  private static String command(Path folder, Exported exported) throws IOException {
    String line =
        Markdown.SERVICES
            .block("ini", "[agentguard]")
            .lines()
            .filter(candidate -> candidate.startsWith("migrate="))
            .findFirst()
            .orElseThrow();
    return exported.here(line.replaceFirst("migrate=runuser -u agentguard -- ", ""), folder);
  }

  /** Runs the playbook. */
  Run play(String... options) throws IOException {
    List<String> lines = new ArrayList<>(List.of("[agentguard]"));
    lines.addAll(inventory);
    lines.addAll(List.of("[agentguard:vars]", tool.getKey() + "=" + tool.getValue()));
    lines.addAll(List.of("ansible_connection=local", "ansible_become=false"));
    lines.add("ansible_python_interpreter={{ ansible_playbook_python }}");
    Files.write(folder.resolve("hosts.ini"), lines);
    List<String> command = new ArrayList<>(List.of("ansible-playbook", "-i", "hosts.ini"));
    command.add("migrate.yml");
    command.addAll(List.of(options));
    Map<String, String> environment =
        Map.of(
            "HOME", folder.resolve("home").toString(),
            "LC_ALL", "C.UTF-8",
            "ANSIBLE_PIPELINING", "true",
            "JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    return Run.of(folder, environment, command.toArray(String[]::new));
  }

  /** Whether the server's log was migrated here. */
  boolean isMigrated(String name) {
    return Files.exists(folder.resolve(name).resolve(Scene.BACKUP));
  }

  /** What was done to the server's service, in order. */
  List<String> service(String name) throws IOException {
    Path history = folder.resolve(name).resolve("service");
    return Files.exists(history) ? Files.readAllLines(history) : List.of();
  }
}
