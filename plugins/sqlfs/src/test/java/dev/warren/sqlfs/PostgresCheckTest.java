package dev.warren.sqlfs;

import dev.warren.api.config.DatabaseSettings;
import org.junit.jupiter.api.Tag;

/** The tests of {@link CheckTest} on PostgreSQL. */
@Tag("slow")
class PostgresCheckTest extends CheckTest {
  @Override
  DatabaseSettings settings() throws Exception {
    return TestHost.postgres();
  }
}
