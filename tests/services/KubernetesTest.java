import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The manifest and image of docs/services.md, as far as that goes without a cluster. */
@Execution(ExecutionMode.SAME_THREAD)
class KubernetesTest {
  private static final long LOG_BYTES = 64 << 20;

  @TempDir static Path work;

  private static String manifest() throws IOException {
    return Markdown.SERVICES.block("yaml", "kind: StatefulSet");
  }

  private Run validate(String manifest) throws IOException {
    Path file = Files.writeString(work.resolve("manifest.yaml"), manifest);
    Map<String, String> environment = Map.of("JBANG_DIR", work.resolve("jbang-dir").toString());
    return Run.of(Checkout.root(), environment, "tests/services/manifest.java", file.toString());
  }

  private JsonNode read(String manifest) throws IOException {
    Run valid = validate(manifest);
    assertEquals(0, valid.exit(), valid::toString);
    return new ObjectMapper().readTree(valid.stdout());
  }

  @Test
  void theManifestIsOneThatKubernetesKnows() throws IOException {
    JsonNode manifest = read(manifest());
    assertEquals("apps/v1", manifest.get("apiVersion").asString());
    String typo = manifest().replace("readOnlyRootFilesystem", "readOnlyRootFileSystem");
    Run refused = validate(typo);
    assertEquals(1, refused.exit(), refused::toString);
    assertTrue(refused.stderr().contains("readOnlyRootFileSystem"), refused::toString);
  }

  @Test
  void theInitContainerMigratesWithTheRightsAndTheMemoryThatItHas() throws IOException {
    Sandbox.assumeItWorks();
    JsonNode pod = read(manifest()).at("/spec/template/spec");
    byte[] old = Scene.realEntries(LOG_BYTES);
    Path volume = work.resolve("volume");
    int user = pod.at("/securityContext/runAsUser").asInt();
    Sandbox sandbox = Sandbox.with(volume, user, old);
    List<String> command = new ArrayList<>(List.of(memory(pod)));
    Exported exported = Exported.in(work);
    words(pod).forEach(word -> command.add(exported.here(word, volume)));
    Run run = sandbox.run(command);
    assertEquals(0, run.exit(), run::toString);
    assertNotEquals(-1, Files.mismatch(volume.resolve(Scene.LOG), volume.resolve(Scene.BACKUP)));
    assertEquals(old.length, Files.size(volume.resolve(Scene.BACKUP)));
  }

  /** The other arguments that the document gives, in the same manifest. */
  @Test
  void severalTenantsLogsOnOneVolumeGoWithTheirArchives() throws IOException {
    Sandbox.assumeItWorks();
    String several = Markdown.SERVICES.block("yaml", "--archives").strip();
    String manifest = manifest().replaceFirst("args: .*", Matcher.quoteReplacement(several));
    JsonNode pod = read(manifest).at("/spec/template/spec");
    Path volume = work.resolve("tenants");
    byte[] old = Scene.realEntries(1);
    Sandbox sandbox =
        Sandbox.with(volume, pod.at("/securityContext/runAsUser").asInt(), new byte[0]);
    for (String tenant : List.of("acme", "globex")) {
      sandbox.add(tenant + "/" + Scene.LOG, old);
      sandbox.add(tenant + "/" + Scene.LOG + ".1", old);
      sandbox.add(tenant + "/" + Scene.LOG + ".2.gz", Gzip.of(new String(old, UTF_8)));
    }
    sandbox.add("globex/" + Scene.LOG + ".3", "no log".getBytes(UTF_8));
    List<String> command = new ArrayList<>(List.of(memory(pod)));
    Exported exported = Exported.in(work);
    words(pod).forEach(word -> command.add(exported.here(word, volume)));
    Run run = sandbox.run(command);
    assertEquals(0, run.exit(), run::toString);
    assertTrue(run.stdout().contains("7 log(s): 6 done, 1 refused"), run::toString);
    for (String tenant : List.of("acme", "globex")) {
      for (String name : List.of("", ".1.archive", ".2.gz.archive")) {
        Path backup = volume.resolve(tenant).resolve(Scene.LOG + name + ".v040-backup");
        assertTrue(Files.exists(backup), () -> backup + " is missing: " + run);
      }
    }
  }

  /** What a JVM makes of the container's limit. */
  private static String memory(JsonNode pod) {
    String limit = pod.at("/initContainers/0/resources/limits/memory").asString();
    return "JAVA_TOOL_OPTIONS=-XX:MaxRAM=" + limit.replace("Mi", "m");
  }

  /** The image's entry point, and the container's arguments. */
  private static List<String> words(JsonNode pod) throws IOException {
    String entry =
        Markdown.SERVICES
            .block("dockerfile", "ENTRYPOINT")
            .lines()
            .filter(line -> line.startsWith("ENTRYPOINT "))
            .map(line -> line.substring("ENTRYPOINT ".length()))
            .findFirst()
            .orElseThrow();
    List<String> words = new ArrayList<>();
    new ObjectMapper().readTree(entry).forEach(word -> words.add(word.asString()));
    pod.at("/initContainers/0/args").forEach(word -> words.add(word.asString()));
    return words;
  }
}
