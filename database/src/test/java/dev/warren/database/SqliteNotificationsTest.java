package dev.warren.database;

import static dev.warren.database.Sql.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.database.Database;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which subscribers receive which notifications if the database is a file that only this process
 * uses.
 */
class SqliteNotificationsTest extends NotificationsContract {
  @TempDir Path directory;

  @Override
  List<OpenDatabase> open() throws Exception {
    Databases databases = new Databases();
    DatabaseSettings settings = DatabaseSettings.file(directory.resolve("n.db"));
    return List.of(databases.open(settings), databases.open(settings));
  }

  /** More messages are published than a listener that never returns can receive. */
  @Test
  void droppedMessagesAreReported() throws Exception {
    LocalNotices notices = new LocalNotices("test");
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch proceed = new CountDownLatch(1);
    AtomicInteger missed = new AtomicInteger();
    notices.start();
    notices
        .subscriptions()
        .add(
            "a",
            new Database.Listener() {
              @Override
              public void heard(String message) {
                first.countDown();
                try {
                  proceed.await();
                } catch (InterruptedException _) {
                  Thread.currentThread().interrupt();
                }
              }

              @Override
              public void missed() {
                missed.incrementAndGet();
              }
            });
    notices.say("a", "0");
    first.await();
    int before = missed.get();
    for (int i = 0; i < 20_000; i++) {
      notices.say("a", "" + i);
    }
    proceed.countDown();
    eventually(() -> missed.get() > before);
    notices.close();
    assertThat(missed.get()).isPositive();
  }

  @Test
  void theThreadEndsWithTheDatabase() throws Exception {
    Databases databases = new Databases();
    OpenDatabase database = databases.open(DatabaseSettings.file(directory.resolve("t.db")));
    database.subscribe("a", new Remembering());
    assertThat(threads()).isNotZero();
    database.close();
    eventually(() -> threads() == 0);
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().contains("t.db"))
        .filter(thread -> thread.getName().startsWith("notices"))
        .count();
  }
}
