package dev.warren.database;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Connections that hold back published messages until their transaction commits, as a database
 * server does; SQLite has no server.
 */
final class CommittedNotices extends Source {
  /** An interface that each of these connections implements in addition. */
  interface Outbox {
    /** Publishes a message at the commit; immediately outside a transaction. */
    void say(String channel, String message) throws SQLException;
  }

  private record Notice(String channel, String message) {}

  private final DataSource source;
  private final LocalNotices notices;

  CommittedNotices(DataSource source, LocalNotices notices) {
    this.source = source;
    this.notices = notices;
  }

  @Override
  public Connection getConnection() throws SQLException {
    return (Connection)
        Proxy.newProxyInstance(
            CommittedNotices.class.getClassLoader(),
            new Class<?>[] {Connection.class, Outbox.class},
            new Watching(source.getConnection()));
  }

  /** How long, in seconds, closing the pool waits for a connection that is being opened. */
  @Override
  public int getLoginTimeout() {
    return 5;
  }

  /** Wraps a connection, which one thread uses at a time. */
  private final class Watching implements InvocationHandler {
    private final Connection connection;
    private final Set<Notice> said = new LinkedHashSet<>();

    private Watching(Connection connection) {
      this.connection = connection;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
        throws Throwable {
      String name = method.getName();
      if (method.getDeclaringClass() == Outbox.class && arguments != null) {
        say(new Notice((String) arguments[0], (String) arguments[1]));
        return null;
      }
      if (said.isEmpty()) {
        return call(method, arguments);
      }
      if ((name.equals("rollback") && arguments == null) || name.equals("close")) {
        said.clear();
      }
      Object result = call(method, arguments);
      if (name.equals("commit") || (name.equals("setAutoCommit") && connection.getAutoCommit())) {
        said.forEach(one -> notices.say(one.channel(), one.message()));
        said.clear();
      }
      return result;
    }

    private void say(Notice notice) throws SQLException {
      if (connection.getAutoCommit()) {
        notices.say(notice.channel(), notice.message());
      } else {
        said.add(notice);
      }
    }

    private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
      try {
        return method.invoke(connection, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause() == null ? e : e.getCause();
      }
    }
  }
}
