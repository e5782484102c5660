package support.imports;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicInteger;
import support.run.Cancellation;
import support.run.Monitor;

/** What happens at a certain moment of an import. */
final class Moments {
  private Moments() {}

  interface Event {
    void happen() throws IOException;
  }

  static Monitor interruptedAtCheck(int number) {
    Cancellation cancellation = new Cancellation();
    AtomicInteger advances = new AtomicInteger();
    return new Monitor(
        cancellation,
        new Monitor.Listener() {
          @Override
          public void advance(long bytes) {
            if (advances.incrementAndGet() == number) {
              cancellation.request();
            }
          }
        });
  }

  static Monitor afterAdvances(int number, Event event) {
    AtomicInteger advances = new AtomicInteger();
    return new Monitor(
        new Cancellation(),
        new Monitor.Listener() {
          @Override
          public void advance(long bytes) {
            if (advances.incrementAndGet() == number) {
              try {
                event.happen();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            }
          }
        });
  }

  /** When a step begins, such as {@code finish}. */
  static Monitor before(String step, Event event) {
    return new Monitor(
        new Cancellation(),
        new Monitor.Listener() {
          @Override
          public void begin(String name, long bytes) {
            if (name.startsWith(step)) {
              try {
                event.happen();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            }
          }
        });
  }

  /** A clock that makes something happen when it is first asked by the import itself. */
  static Clock clockThat(Event event) {
    return new Clock() {
      private boolean happened;

      @Override
      public Instant instant() {
        boolean isImport =
            StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(f -> f.getMethodName().equals("commit")));
        boolean isReal =
            StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(f -> f.getMethodName().equals("importForReal")));
        if (isImport && isReal && !happened) {
          happened = true;
          try {
            event.happen();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        }
        return Instant.now();
      }

      @Override
      public ZoneId getZone() {
        return ZoneId.of("UTC");
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }
    };
  }
}
