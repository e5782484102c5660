import java.util.regex.Pattern;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;

/**
 * Which tests to run: those whose {@code Class.method} matches a regular expression somewhere.
 * Golden cases are found only when the tests run; their factory is always asked, and asks again for
 * each.
 */
record Selection(String regex) implements PostDiscoveryFilter {
  /** The configuration parameter that takes the regular expression to the golden cases. */
  static final String REGEX = "tests.regex";

  boolean takes(String name) {
    return Pattern.compile(regex).matcher(name).find();
  }

  @Override
  public FilterResult apply(TestDescriptor descriptor) {
    TestSource source = descriptor.getSource().orElse(null);
    if (!(source instanceof MethodSource method)) {
      return FilterResult.included("not a test method");
    }
    boolean taken =
        takes(method.getClassName() + "." + method.getMethodName())
            || method.getMethodName().equals("goldenCase");
    return FilterResult.includedIf(taken);
  }
}
