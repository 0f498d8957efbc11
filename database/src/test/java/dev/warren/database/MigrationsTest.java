package dev.warren.database;

import static dev.warren.database.Sql.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.database.Dialect;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Migrations from one version of the tables to the next, in a file. */
class MigrationsTest extends MigrationsContract {
  @TempDir Path directory;

  @Override
  OpenDatabase open() throws Exception {
    return new Databases().open(DatabaseSettings.file(directory.resolve("m.db")));
  }

  @Override
  OpenDatabase again() throws Exception {
    return open();
  }

  @Override
  String tables() {
    return "SELECT count(*) FROM sqlite_schema";
  }

  @Test
  void theDialectKnowsTheTimeAndTheMeaningOfFailures() throws Exception {
    try (Connection connection = database().getConnection();
        Statement statement = connection.createStatement()) {
      Dialect dialect = Dialect.of(connection);
      long before = System.currentTimeMillis();
      long now = Long.parseLong(ask(database(), "SELECT " + dialect.now()));
      assertThat(now).isBetween(before - 1, System.currentTimeMillis() + 1);
      statement.execute(dialect.relax());
      statement.execute(dialect.strict());
      statement.execute("PRAGMA max_page_count = 2");
      assertThatThrownBy(() -> statement.execute("CREATE TABLE c AS SELECT zeroblob(100000)"))
          .isInstanceOfSatisfying(
              SQLException.class,
              e -> {
                assertThat(dialect.isFull(e)).isTrue();
                assertThat(dialect.isDamaged(e)).isFalse();
                assertThat(Errno.of(dialect, e)).isEqualTo(Errno.ENOSPC);
              });
      assertThatThrownBy(() -> statement.execute("NONSENSE"))
          .isInstanceOfSatisfying(
              SQLException.class,
              e -> {
                assertThat(dialect.isFull(e)).isFalse();
                assertThat(Errno.of(dialect, e)).isEqualTo(Errno.EIO);
              });
    }
  }
}
