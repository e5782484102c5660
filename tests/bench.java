///usr/bin/env true; exec "$(dirname "$(readlink -f "$0")")/../jbang" "$0" "$@"
//SOURCES ../migrations/all.java
//SOURCES ../stores/audit_to_store.java
//SOURCES bench/BenchArchives.java
//SOURCES bench/BenchChild.java
//SOURCES bench/BenchContests.java
//SOURCES bench/BenchFatJar.java
//SOURCES bench/BenchFolder.java
//SOURCES bench/BenchJvm.java
//SOURCES bench/BenchMachine.java
//SOURCES bench/BenchReport.java
//SOURCES bench/BenchRounds.java
//SOURCES bench/BenchStore.java
//SOURCES bench/BenchTable.java
//SOURCES servers/PostgresProcess.java

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Measures the tool against what it could be measured against, side by side, on this machine. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a log of real entries in a new temporary folder, and measures the tool on it, side by"
          + " side with others, in interleaved rounds. Never fails on time.",
      "Everything is a fresh process of this JVM, timed from its start to its end; the log is in"
          + " the page cache. A ratio is the median of the ratios of the rounds."
    })
public final class bench implements Callable<Integer> {
  @Spec CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      defaultValue = "1g",
      converter = Size.class,
      description = "How large the log is, such as 64k, 256m, 4g (default: ${DEFAULT-VALUE}).")
  long size;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many rounds (default: ${DEFAULT-VALUE}); one more goes before them.")
  int runs;

  @Option(
      names = "--store",
      description =
          "Measure the import into new stores instead, against programs of the databases that get"
              + " the same rows from a file.")
  boolean store;

  @Option(
      names = "--archives",
      description = "Measure only the rows of several logs and of archives, which are the last.")
  boolean archives;

  @Option(
      names = "--logs",
      paramLabel = "N",
      defaultValue = "64",
      description = "How many several logs are (default: ${DEFAULT-VALUE}).")
  int logs;

  @Option(names = "--json", description = "Print JSON instead of a Markdown table.")
  boolean json;

  public static void main(String... args) {
    System.exit(new CommandLine(new bench()).execute(args));
  }

  /** Bytes, from a number and a unit. */
  static final class Size implements ITypeConverter<Long> {
    private static final String UNITS = "kmg";

    @Override
    public Long convert(String value) {
      String text = value.toLowerCase(Locale.ROOT);
      if (!text.matches("[1-9][0-9]{0,9}[" + UNITS + "]?")) {
        throw new TypeConversionException("'%s' is not a size such as 256m".formatted(value));
      }
      int unit = UNITS.indexOf(text.charAt(text.length() - 1)) + 1;
      return Long.parseLong(unit == 0 ? text : text.substring(0, text.length() - 1)) << 10 * unit;
    }
  }

  @Override
  public Integer call() throws IOException {
    BenchFolder folder = BenchFolder.create();
    requireSense(folder);
    BenchTable table = new BenchTable(folder, runs, System.err::println);
    BenchJvm.archiveClasses(folder);
    if (store) {
      new BenchStore(table, folder, size).hold();
    } else {
      if (!archives) {
        new BenchContests(table, folder, size).hold();
      }
      new BenchArchives(table, folder, size, logs).hold();
    }
    BenchReport report = new BenchReport(BenchMachine.describe(folder.path()), size, runs, table);
    System.out.print(json ? report.json() : report.markdown());
    return 0;
  }

  private void requireSense(BenchFolder folder) {
    if (runs < 1 || logs < 1) {
      throw new ParameterException(spec.commandLine(), "--runs and --logs must be at least 1");
    }
    if (folder.path().toFile().getUsableSpace() / BenchContests.COPIES < size) {
      throw new ParameterException(
          spec.commandLine(),
          "%s has too little space for %d logs of that size"
              .formatted(folder.path(), BenchContests.COPIES));
    }
  }
}
