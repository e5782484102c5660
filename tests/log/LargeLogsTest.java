import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs of any size and shape are verified in a heap of 64 MiB. */
class LargeLogsTest {
  private static final String HEADER =
      "{\"_meta\":{\"schema_version\":2,\"created_at\":\"2026-04-18T00:00:00Z\"}}\n";
  private static final String ENTRY_START =
      "{\"timestamp\":\"2025-01-01T00:00:00Z\",\"request\":{\"scope\":\"\"},\"result\":{\"decision\":\"\",\"reason\":\"";
  private static final String ENTRY_END = "\"}}\n";
  private static final int BLOCK = 1 << 20;

  @TempDir Path folder;

  private Path log() {
    return folder.resolve("audit.jsonl");
  }

  private Path backup() {
    return folder.resolve("audit.jsonl.v040-backup");
  }

  /** They are some gigabytes; the folder goes only when all tests have ended. */
  @AfterEach
  void delete() throws IOException {
    Files.deleteIfExists(log());
    Files.deleteIfExists(backup());
  }

  /** Writes to the log and its backup: a text, a block so many times, and a text. */
  private void write(String start, byte[] block, int times, String end) throws IOException {
    Files.writeString(log(), HEADER);
    for (Path file : List.of(log(), backup())) {
      try (OutputStream out = Files.newOutputStream(file, CREATE, APPEND)) {
        out.write(start.getBytes(UTF_8));
        for (int i = 0; i < times; i++) {
          out.write(block);
        }
        out.write(end.getBytes(UTF_8));
      }
    }
  }

  private Run verify() {
    return Run.tool(List.of("-Xmx64m"), folder, "verify", "--audit-log", log().toString());
  }

  private void assertVerified(long entries, long damaged) {
    Run run = verify();
    assertEquals(0, run.exit(), run::toString);
    assertTrue(run.stdout().contains(" and %d entries\n".formatted(entries)), run::toString);
    assertTrue(run.stdout().contains(" has %d damaged".formatted(damaged)), run::toString);
  }

  @Test
  void tenMillionLinesOfOneByteAreRead() throws IOException {
    write("", "1\n".repeat(BLOCK).getBytes(UTF_8), 10, ENTRY_START + ENTRY_END);
    assertVerified(1, 10L * BLOCK);
  }

  @Test
  void anEntryOfOneGibibyteIsRead() throws IOException {
    write(ENTRY_START, "x".repeat(BLOCK).getBytes(UTF_8), 1024, ENTRY_END);
    assertVerified(1, 0);
  }

  /** A parser that remembered them would soon hold the whole log. */
  @Test
  void longNamesAreForgotten() throws IOException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (int i = 0; i < 300; i++) {
      String name = i + "x".repeat(i % 2 == 0 ? BLOCK : BLOCK / 8);
      lines.writeBytes(
          (ENTRY_START + "\",\"" + name + ENTRY_END.replace("\"", "\":1")).getBytes(UTF_8));
    }
    write("", lines.toByteArray(), 1, "");
    assertVerified(300, 0);
  }

  /** A hole in the middle takes neither space nor time to write. */
  @Test
  void aFaultBehindWhatAnIntegerCountsIsFoundWhereItIs() throws IOException {
    String entry = ENTRY_START + ENTRY_END;
    write(entry, new byte[0], 0, "");
    long hole = Proof.isExhaustive() ? 4L << 30 : 2L << 30;
    for (Path file : List.of(log(), backup())) {
      try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
        out.seek(out.length() + hole);
        out.write(("\n" + entry).getBytes(UTF_8));
      }
    }
    Files.writeString(log(), entry + "x\n", APPEND);
    long offset = HEADER.length() + 3L * entry.length() + hole + 1;
    verify().assertIsError(6, "line 6, byte %d: the line is not JSON".formatted(offset));
  }

  @Test
  void aLogOfRealEntriesIsRead() throws IOException {
    byte[] real =
        Files.readAllBytes(
            Checkout.fixtures().resolve("v040_to_v041/real-v0.4.0/before/audit.jsonl"));
    long bytes = Proof.isExhaustive() ? 4L << 30 : 128 << 20;
    int times = (int) (bytes / real.length) + 1;
    write("", real, times, "");
    assertVerified(400L * times, 0);
  }
}
