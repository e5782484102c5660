import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every migration goes through the proofs, those that only the tests know included. */
class TargetsTest {
  private static final Set<String> MIGRATIONS =
      TestMigrations.registry().registered().stream()
          .map(migrate.Migration::id)
          .collect(Collectors.toCollection(TreeSet::new));

  @Test
  void everyMigrationIsStruckAtItsSystemCalls() {
    assertEquals(
        MIGRATIONS,
        Stream.of(FaultScene.Kind.values())
            .map(FaultScene.Kind::migration)
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void everyMigrationIsKilledAtRandomMoments() {
    Set<String> killed = new TreeSet<>();
    for (Work work : Work.ofEveryKind(new byte[0])) {
      int id = work.arguments().indexOf("--id");
      killed.add(id < 0 ? FirstMigration.ID : work.arguments().get(id + 1));
    }
    assertEquals(MIGRATIONS, killed);
  }
}
