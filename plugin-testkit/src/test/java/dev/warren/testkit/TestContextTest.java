package dev.warren.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.FileSystem;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.VfsPath;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestContextTest {
  private static final ConfigKey<Boolean> INNER =
      ConfigKey.bool("inner", "open another inside").withDefault(false);

  @TempDir private Path directory;

  /** Opens a flat file system, and a second one inside it if configured. */
  private static final class FlatPlugin implements Plugin {
    @Override
    public String name() {
      return "flat";
    }

    @Override
    public ConfigSpec configSpec() {
      return ConfigSpec.of(INNER);
    }

    @Override
    public String readme() {
      return "# flat";
    }

    @Override
    public List<ConfigProblem> check(Config config) {
      return config.get(INNER) ? List.of(ConfigProblem.of(INNER, "not today")) : List.of();
    }

    @Override
    public FileSystem open(PluginContext context, Config config) {
      return new FlatFileSystem();
    }
  }

  @Test
  void innerOpensThePluginsOfTheTest() throws Exception {
    TestContext context =
        TestContext.in(directory, new FlatPlugin()).wrappingInner(RecordingFileSystem::new);
    FileSystem inner = context.inner("flat", Map.of());
    assertThat(inner.stat(VfsPath.ROOT).isDirectory()).isTrue();
    assertThat(inner).isInstanceOf(RecordingFileSystem.class);
    assertThat(context.innerFileSystems()).containsExactly(inner);
  }

  @Test
  void innerRefusesWhatTheHostWouldRefuse() {
    TestContext context = TestContext.in(directory, new FlatPlugin());
    assertThatThrownBy(() -> context.inner("round", Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("round");
    assertThatThrownBy(() -> context.inner("flat", Map.of("iner", true)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("iner");
    assertThatThrownBy(() -> context.inner("flat", Map.of("inner", true)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not today");
  }

  @Test
  void theStateDirectoryIsBelowTheDirectoryOfTheTest() throws Exception {
    TestContext context = TestContext.in(directory).mountedAt(TestFiles.path("/a/b"));
    assertThat(context.stateDirectory()).isDirectory().startsWith(directory);
    assertThat(context.stateDirectory()).isEqualTo(context.stateDirectory());
    assertThat(context.mountPath()).isEqualTo(TestFiles.path("/a/b"));
    assertThat(context.logger().getName()).endsWith(".a.b");
  }
}
