package dev.warren.ninep;

import dev.warren.testkit.database.PostgresServer;
import java.util.Map;
import org.junit.jupiter.api.Tag;

/** The contract of file systems, for sqlfs on PostgreSQL as a 9P client sees it. */
@Tag("slow")
class PostgresThroughNinepTest extends SqlfsThroughNinepTest {
  @Override
  Map<String, ?> database() throws Exception {
    return Map.of("database", PostgresServer.setting(PostgresServer.shared().database()));
  }
}
