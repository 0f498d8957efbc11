package dev.warren.testkit;

import dev.warren.api.database.Database;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Wraps a database so that a test can intervene at each commit, which decides whether a transaction
 * has happened.
 */
public final class InterceptedDatabase {
  private InterceptedDatabase() {}

  /** Intercepts commits. */
  @FunctionalInterface
  public interface Commits {
    /**
     * Performs a commit, or does not.
     *
     * @param connection the connection of the transaction; it can be queried for what would be
     *     committed
     * @param commit the commit itself
     */
    void around(Connection connection, Commit commit) throws SQLException;
  }

  /** A commit. */
  @FunctionalInterface
  public interface Commit {
    /** Performs it. */
    void run() throws SQLException;
  }

  /** Returns the same database, with the commits of all its connections intercepted. */
  public static Database around(Database database, Commits commits) {
    return around(Database.class, database, commits);
  }

  /**
   * Returns the same source of connections, with the commits of all its connections intercepted.
   */
  public static DataSource around(DataSource database, Commits commits) {
    return around(DataSource.class, database, commits);
  }

  private static <T extends DataSource> T around(Class<T> type, T database, Commits commits) {
    return proxy(
        type,
        (method, arguments) -> {
          Object result = call(database, method, arguments);
          return result instanceof Connection connection ? around(connection, commits) : result;
        });
  }

  private static Connection around(Connection connection, Commits commits) {
    return proxy(
        Connection.class,
        (method, arguments) -> {
          if (method.getName().equals("commit")) {
            commits.around(connection, connection::commit);
            return null;
          }
          return call(connection, method, arguments);
        });
  }

  @FunctionalInterface
  private interface Handler {
    @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Handler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            InterceptedDatabase.class.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> handler.call(method, arguments)));
  }

  private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }
}
