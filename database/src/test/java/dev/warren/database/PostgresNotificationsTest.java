package dev.warren.database;

import static dev.warren.database.Sql.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.database.Database;
import dev.warren.api.database.Dialect;
import dev.warren.testkit.database.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which subscribers receive which notifications if hosts share a server. */
class PostgresNotificationsTest extends NotificationsContract {
  private String url;

  @Override
  List<OpenDatabase> open() throws Exception {
    url = PostgresServer.shared().database();
    return List.of(another(), another());
  }

  /** Opens the database as another host does. */
  private OpenDatabase another() throws Exception {
    return new Databases(2).open(PostgresTest.settings(url));
  }

  @Test
  void aLostConnectionIsReportedAndReplaced() throws Exception {
    Remembering listener = new Remembering();
    try (OpenDatabase one = another();
        OpenDatabase other = another()) {
      Database.Subscription subscription = one.subscribe("a", listener);
      for (int i = 0; i < 3; i++) {
        int before = listener.missed.get();
        PostgresServer.shared().terminateConnections(url);
        eventually(() -> listener.missed.get() > before && subscription.isHearing());
        String message = "" + i;
        eventually(() -> isPublished(other, message));
        eventually(() -> listener.heard.contains(message));
      }
      assertThat(one.trouble()).isNull();
    }
  }

  /** The pool may still contain connections that were terminated. */
  private static boolean isPublished(OpenDatabase database, String message) {
    try (Connection connection = database.getConnection()) {
      database.publish(connection, "a", message);
      return true;
    } catch (SQLException e) {
      assertThat(Dialect.POSTGRESQL.isGone(e)).as(e.toString()).isTrue();
      return false;
    }
  }

  @Test
  void theThreadsEndWithTheDatabase() throws Exception {
    String name = url.substring(url.lastIndexOf('/'));
    OpenDatabase database = another();
    Thread watch =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("watch of"))
            .filter(thread -> thread.getName().endsWith(name))
            .findFirst()
            .orElseThrow();
    assertThat(watch.getContextClassLoader()).isEqualTo(Databases.class.getClassLoader());
    database.close();
    end();
    eventually(
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().endsWith(name)));
  }
}
