import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.function.Supplier;
import support.log.HeaderEdit;

/** Migrations that no release has: what holds for one only must not hold by chance. */
public final class TestMigrations {
  private TestMigrations() {}

  /** The tool, with these migrations where one of them is asked for. */
  public static void main(String... args) {
    migrate.start(registryFor(args), args);
  }

  static Supplier<migrate.Registry> registryFor(String... args) {
    List<String> words = List.of(args);
    boolean isReleased =
        !words.contains("--to")
            && registry().registered().stream().skip(1).noneMatch(m -> words.contains(m.id()));
    return isReleased ? FirstMigration::registry : TestMigrations::registry;
  }

  /** The one that is released, and behind it one of each kind. */
  static migrate.Registry registry() {
    return migrate.Registry.of(
        new v040_to_v041(), new SecondHeader(), new RaisingLines(), new MaskLines());
  }

  /** Another header, with a member more. */
  static final class SecondHeader extends HeaderMigration {
    SecondHeader() {
      super(
          new Spec(
              "second_header",
              2,
              3,
              "Set schema version 3 (test)",
              new HeaderEdit.Member("era", "{\"n\": 1}")));
    }
  }

  /** Other lines, and another version. */
  static final class RaisingLines extends LineMigration {
    RaisingLines() {
      super(new Spec("raising_lines", 3, 4, "Rename an agent (test)"));
    }

    @Override
    public byte[] apply(byte[] line) {
      return replaced(line, "legacy-a", "legacy-alpha");
    }
  }

  /** Other lines, the version as it was; and drops some. */
  static final class MaskLines extends LineMigration {
    MaskLines() {
      super(new Spec("mask_lines", "Mask commands (test)"));
    }

    @Override
    public byte[] apply(byte[] line) {
      return new String(line, ISO_8859_1).contains("drop me")
          ? null
          : replaced(line, "\"command\":\"ls\"", "\"command\":\"**\"");
    }
  }

  private static byte[] replaced(byte[] line, String what, String by) {
    return new String(line, ISO_8859_1).replace(what, by).getBytes(ISO_8859_1);
  }
}
