///usr/bin/env true; exec "$(dirname "$(readlink -f "$0")")/../jbang" "$0" "$@"
//SOURCES ../migrations/all.java
//SOURCES ../stores/audit_to_store.java
//SOURCES archives/[A-Z]*.java
//SOURCES attacks/[A-Z]*.java
//SOURCES bench/[A-Z]*.java
//SOURCES commands/[A-Z]*.java
//SOURCES company/[A-Z]*.java
//SOURCES errors/[A-Z]*.java
//SOURCES evidence/[A-Z]*.java
//SOURCES faults/[A-Z]*.java
//SOURCES harness/[A-Z]*.java
//SOURCES harness/disks/[A-Z]*.java
//SOURCES harness/programs/[A-Z]*.java
//SOURCES log/[A-Z]*.java
//SOURCES project/[A-Z]*.java
//SOURCES rewrite/[A-Z]*.java
//SOURCES rows/[A-Z]*.java
//SOURCES servers/[A-Z]*.java
//SOURCES services/[A-Z]*.java
//SOURCES store/[A-Z]*.java
//SOURCES syscalls/[A-Z]*.java
//DEPS org.junit.platform:junit-platform-console-standalone:6.1.3
//DEPS com.networknt:json-schema-validator:3.0.0

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClasspathRoots;

import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.reporting.legacy.xml.LegacyXmlReportGeneratingListener;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs every test of this folder, and ends with one line that counts them. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    description =
        "Runs the tests. Ends with 'N passed, N failed, N skipped'; 0 only if all is well.",
    footer =
        "UPDATE_GOLDEN=1 rewrites the golden files of fixtures/, UPDATE_DOCS=1 the table of"
            + " docs/errors.md; both say what changed, and fail.")
public final class test implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "REGEX",
      description = "Only tests whose 'Class.method' or golden case matches somewhere.")
  String regex = "";

  @Option(
      names = "--exhaustive",
      description = "Try every point of the proofs where the usual run takes a sample.")
  boolean exhaustive;

  @Option(names = "--xml", paramLabel = "DIR", description = "Also write JUnit XML reports there.")
  Path xml;

  public static void main(String... args) {
    System.exit(new CommandLine(new test()).execute(args));
  }

  @Override
  public Integer call() throws URISyntaxException {
    Selection selection = new Selection(regex);
    System.setProperty(Proof.EXHAUSTIVE, Boolean.toString(exhaustive));
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClasspathRoots(Set.of(ownJar())))
            .filters(selection)
            .configurationParameter(Selection.REGEX, regex)
            .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
            .configurationParameter(
                "junit.jupiter.execution.parallel.config.executor-service", "WORKER_THREAD_POOL")
            .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
            .build();
    Report report = new Report(System.out);
    Launcher launcher = LauncherFactory.create();
    launcher.registerTestExecutionListeners(report);
    if (xml != null) {
      launcher.registerTestExecutionListeners(
          new LegacyXmlReportGeneratingListener(xml, new PrintWriter(System.err, true)));
    }
    launcher.execute(request);
    return report.close();
  }

  private static Path ownJar() throws URISyntaxException {
    return Path.of(test.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }
}
