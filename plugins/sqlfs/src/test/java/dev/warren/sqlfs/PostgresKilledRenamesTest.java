package dev.warren.sqlfs;

import dev.warren.api.config.DatabaseSettings;
import org.junit.jupiter.api.Tag;

/** A host is killed in the middle of renames, and another one continues. */
@Tag("slow")
class PostgresKilledRenamesTest extends KilledRenamesTest {
  @Override
  DatabaseSettings settings() throws Exception {
    return TestHost.postgres();
  }
}
