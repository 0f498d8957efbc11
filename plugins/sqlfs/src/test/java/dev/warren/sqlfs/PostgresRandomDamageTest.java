package dev.warren.sqlfs;

import dev.warren.api.config.DatabaseSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** The tests of {@link RandomDamageTest} on PostgreSQL. */
@Tag("slow")
class PostgresRandomDamageTest extends RandomDamageTest {
  @Override
  DatabaseSettings settings(Path own) throws Exception {
    return TestHost.postgres();
  }

  @Override
  int rounds() {
    return 5;
  }
}
