package support.imports;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.logging.Logger;

/**
 * Lets the connections of a thread die before one of their statements, as a process that is killed
 * there takes them with it: nothing is committed or rolled back any more, they are only gone.
 */
final class DyingConnections implements AutoCloseable {
  /** That the process is dead: nobody catches it on the way. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  private static final Set<String> STATEMENTS =
      Set.of("execute", "executeQuery", "executeUpdate", "executeBatch", "commit", "unwrap");

  private static final class Wrapping {
    static final ThreadLocal<DyingConnections> OF_THREAD = new ThreadLocal<>();

    static {
      try {
        for (Driver driver : Collections.list(DriverManager.getDrivers())) {
          DriverManager.deregisterDriver(driver);
          DriverManager.registerDriver(new WrappingDriver(driver));
        }
      } catch (SQLException e) {
        throw new AssertionError(e);
      }
    }
  }

  private final int last;
  private final List<String> statements = new ArrayList<>();
  private boolean isDead;

  private DyingConnections(int last) {
    this.last = last;
  }

  /**
   * Until it is closed, connections that this thread opens die together.
   *
   * @param last so many statements are executed before
   */
  static DyingConnections after(int last) {
    DyingConnections connections = new DyingConnections(last);
    Wrapping.OF_THREAD.set(connections);
    return connections;
  }

  /** What was executed. */
  List<String> statements() {
    return statements;
  }

  @Override
  public void close() {
    Wrapping.OF_THREAD.remove();
  }

  private void execute(String statement) {
    if (isDead || statements.size() == last) {
      isDead = true;
      throw new Killed();
    }
    statements.add(statement);
  }

  private Connection wrap(Connection real) {
    return proxy(Connection.class, real, "");
  }

  private <T> T proxy(Class<T> type, Object real, String sql) {
    InvocationHandler handler =
        (self, method, arguments) ->
            invoke(real, sql, method, arguments == null ? new Object[0] : arguments);
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private Object invoke(Object real, String sql, Method method, Object[] arguments)
      throws Throwable {
    String name = method.getName();
    if (name.equals("close")) {
      closeAsTheSystemDoes(real);
      return null;
    }
    if (isDead) {
      throw new Killed();
    }
    boolean hasText = arguments.length > 0 && arguments[0] instanceof String;
    String text = hasText ? (String) arguments[0] : sql;
    if (STATEMENTS.contains(name)) {
      execute(text.isEmpty() ? name : text);
    }
    Object answer = call(real, method, arguments);
    return answer instanceof PreparedStatement
        ? proxy(PreparedStatement.class, answer, text)
        : answer instanceof Statement ? proxy(Statement.class, answer, text) : answer;
  }

  private static Object call(Object real, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** Without a word to the database of how its transaction ends. */
  private static void closeAsTheSystemDoes(Object real) throws Exception {
    ((AutoCloseable) real).close();
  }

  /** Wraps what threads open that let their connections die. */
  private record WrappingDriver(Driver real) implements Driver {
    @Override
    public Connection connect(String url, Properties info) throws SQLException {
      Connection connection = real.connect(url, info);
      DyingConnections dying = Wrapping.OF_THREAD.get();
      return connection == null || dying == null ? connection : dying.wrap(connection);
    }

    @Override
    public boolean acceptsURL(String url) throws SQLException {
      return real.acceptsURL(url);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) throws SQLException {
      return real.getPropertyInfo(url, info);
    }

    @Override
    public int getMajorVersion() {
      return real.getMajorVersion();
    }

    @Override
    public int getMinorVersion() {
      return real.getMinorVersion();
    }

    @Override
    public boolean jdbcCompliant() {
      return real.jdbcCompliant();
    }

    @Override
    public Logger getParentLogger() {
      return Logger.getGlobal();
    }
  }
}
