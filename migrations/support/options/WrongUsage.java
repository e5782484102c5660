package support.options;

import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import support.run.ErrorCode;
import support.run.Failure;

/** Options that the parser takes, and that make no sense. */
public final class WrongUsage extends ParameterException {
  private static final long serialVersionUID = 1;

  private final transient ErrorCode error;
  private final transient Object[] places;

  /**
   * @param error one whose advice is its last place, which {@link UsageErrors#failure} fills
   * @param places a value for each of the others
   */
  public WrongUsage(CommandLine command, ErrorCode error, Object... places) {
    super(command, error.code());
    this.error = error;
    this.places = places;
  }

  Failure failure(String advice) {
    Object[] all = Arrays.copyOf(places, places.length + 1);
    all[places.length] = advice;
    return Failure.of(error, all);
  }
}
