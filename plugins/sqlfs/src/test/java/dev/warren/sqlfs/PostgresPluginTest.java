package dev.warren.sqlfs;

import dev.warren.api.Plugin;
import dev.warren.testkit.PluginContract;
import dev.warren.testkit.database.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;

/** The plugin contract with a database on a server. */
@Tag("slow")
class PostgresPluginTest extends PluginContract {
  @Override
  protected Plugin createPlugin() {
    return new SqlfsPlugin();
  }

  @Override
  protected Map<String, Object> workingConfig(Path emptyDirectory) throws IOException {
    try {
      return Map.of("database", PostgresServer.setting(PostgresServer.shared().database()));
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
