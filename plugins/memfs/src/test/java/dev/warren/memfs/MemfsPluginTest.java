package dev.warren.memfs;

import static dev.warren.testkit.TestFiles.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.FileSystem;
import dev.warren.api.HostUser;
import dev.warren.api.Plugin;
import dev.warren.api.VfsPath;
import dev.warren.testkit.PluginContract;
import dev.warren.testkit.TestContext;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** The plugin contract, and the meaning of this plugin's configuration. */
class MemfsPluginTest extends PluginContract {
  @Override
  protected Plugin createPlugin() {
    return new MemfsPlugin();
  }

  private FileSystem open(Map<String, ?> config) throws IOException {
    return TestContext.open(
        new MemfsPlugin(), TestContext.in(Objects.requireNonNull(directory)), config);
  }

  @Test
  void theServiceLoaderFindsIt() {
    assertThat(ServiceLoader.load(Plugin.class))
        .anySatisfy(plugin -> assertThat(plugin).isInstanceOf(MemfsPlugin.class));
    assertThat(new MemfsPlugin().name()).isEqualTo("memfs");
    assertThat(new MemfsPlugin().readme()).contains("max_bytes", "init_dirs");
  }

  @Test
  void withoutConfigurationItHolds64MiB() throws Exception {
    try (FileSystem fs = open(Map.of())) {
      assertThat(fs.statfs(VfsPath.ROOT).blocks() * fs.statfs(VfsPath.ROOT).blockSize())
          .isEqualTo(64 << 20);
      assertThat(TestFiles.names(fs, VfsPath.ROOT)).isEmpty();
      assertThat(fs.stat(VfsPath.ROOT).uid()).isEqualTo(HostUser.current().uid());
    }
  }

  @Test
  void everyKeyTakesEffect() throws Exception {
    Map<String, ?> config =
        Map.of("max_bytes", "1MiB", "init_dirs", List.of("/in", "/out/done", "/out", "/"));
    try (FileSystem fs = open(config)) {
      assertThat(fs.statfs(VfsPath.ROOT).blocks()).isEqualTo(256);
      assertThat(TestFiles.names(fs, VfsPath.ROOT)).containsExactly("in", "out");
      assertThat(fs.stat(path("/out/done")).isDirectory()).isTrue();
    }
  }

  @Test
  void mistakesAreReported() {
    assertThatThrownBy(() -> open(Map.of("max_bytes", "1KiB")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("max_bytes");
    assertThatThrownBy(() -> open(Map.of("init_dirs", List.of("/in", "out"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("init_dirs.1")
        .hasMessageContaining("absolute path");
  }
}
