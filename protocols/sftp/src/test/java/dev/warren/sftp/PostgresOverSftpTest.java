package dev.warren.sftp;

import dev.warren.testkit.database.PostgresServer;
import java.util.Map;
import org.junit.jupiter.api.Tag;

/** The contract of file systems, for sqlfs on PostgreSQL over SFTP. */
@Tag("slow")
class PostgresOverSftpTest extends SqlfsOverSftpTest {
  @Override
  Map<String, ?> database() throws Exception {
    return Map.of("database", PostgresServer.setting(PostgresServer.shared().database()));
  }
}
