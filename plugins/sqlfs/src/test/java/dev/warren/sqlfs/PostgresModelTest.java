package dev.warren.sqlfs;

import dev.warren.api.config.DatabaseSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** The tests of {@link ModelTest} with two hosts that share a PostgreSQL database. */
@Tag("slow")
class PostgresModelTest extends TwoHostsModelTest {
  @Override
  DatabaseSettings database(Path own) throws Exception {
    return TestHost.postgres();
  }
}
