package dev.warren.sqlfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.FileSystem;
import dev.warren.api.Plugin;
import dev.warren.api.UsedDirectory;
import dev.warren.api.VfsPath;
import dev.warren.api.config.Config;
import dev.warren.testkit.PluginContract;
import dev.warren.testkit.TestContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The plugin contract, and the meaning of this plugin's configuration. */
class SqlfsPluginTest extends PluginContract {
  @Override
  protected Plugin createPlugin() {
    return new SqlfsPlugin();
  }

  private TestContext context() {
    return TestContext.in(Objects.requireNonNull(directory));
  }

  @Test
  void everyKeyIsHeeded() throws Exception {
    Map<String, ?> config =
        Map.of(
            "database",
            "jdbc:sqlite:" + Objects.requireNonNull(directory).resolve("own.db"),
            "max_bytes",
            "1MiB",
            "chunk",
            "8KiB",
            "cache",
            "4MiB");
    try (TestContext context = context();
        FileSystem fs = TestContext.open(new SqlfsPlugin(), context, config)) {
      assertThat(fs.statfs(VfsPath.ROOT).blocks()).isEqualTo(256);
      assertThat(fs.stat(VfsPath.ROOT).blockSize()).isEqualTo(8 << 10);
    }
    assertThat(directory.resolve("own.db")).exists();
  }

  /** If the directory were not declared, an instance of localfs could serve the database. */
  @Test
  void theDatabaseIsADirectoryOfItsOwn() {
    SqlfsPlugin plugin = new SqlfsPlugin();
    Config config =
        plugin.configSpec().parse(Map.of("database", "jdbc:sqlite:/srv/own.db")).orThrow();
    assertThat(plugin.directories(config))
        .containsExactly(
            new UsedDirectory("database", Path.of("/srv/own.db"), UsedDirectory.Use.OWN));
    assertThat(plugin.directories(plugin.configSpec().parse(Map.of()).orThrow())).isEmpty();
  }

  @Test
  void whatIsWrongIsSaid() {
    assertThatThrownBy(
            () -> TestContext.open(new SqlfsPlugin(), context(), Map.of("max_bytes", "1KiB")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("max_bytes");
  }
}
