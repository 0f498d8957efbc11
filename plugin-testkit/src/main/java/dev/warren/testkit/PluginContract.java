package dev.warren.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.VfsPath;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The requirements for every plugin's description of itself and its handling of configurations. A
 * plugin's test extends this class:
 *
 * <pre>{@code
 * class MemfsPluginTest extends PluginContract {
 *   @Override
 *   protected Plugin createPlugin() {
 *     return new MemfsPlugin();
 *   }
 * }
 * }</pre>
 */
public abstract class PluginContract implements ConfigCases {
  /** An empty directory for one case, in which the plugin's state is stored. */
  @TempDir protected @Nullable Path directory;

  /** Creates the contract, for classes that extend it. */
  protected PluginContract() {}

  /** Returns a new object of the plugin. */
  protected abstract Plugin createPlugin();

  /**
   * Returns a configuration with which an instance opens, as it would be written in YAML, with at
   * least all required keys. Empty by default.
   *
   * @param emptyDirectory an existing directory for this case, which the configuration may name
   */
  protected Map<String, Object> workingConfig(Path emptyDirectory) throws IOException {
    return Map.of();
  }

  /** Returns the plugins that this one opens by {@link PluginContext#inner}; none by default. */
  protected List<Plugin> innerPlugins() {
    return List.of();
  }

  /** Returns the context with which instances are opened: unchanged by default. */
  protected TestContext prepare(TestContext context) {
    return context;
  }

  private Path directory() {
    return Objects.requireNonNull(directory, "set by JUnit");
  }

  @Override
  public final ConfigSpec spec() {
    return createPlugin().configSpec();
  }

  @Override
  public final Map<String, Object> config() throws IOException {
    return new HashMap<>(workingConfig(Files.createDirectories(directory().resolve("served"))));
  }

  private TestContext context() {
    return prepare(TestContext.in(directory(), innerPlugins().toArray(Plugin[]::new)));
  }

  @Test
  final void theNameIsOneForAConfiguration() {
    assertThat(createPlugin().name()).matches("[a-z][a-z0-9-]*");
  }

  @Test
  final void theServiceLoaderFindsThePlugin() {
    Class<? extends Plugin> type = createPlugin().getClass();
    assertThat(ServiceLoader.load(Plugin.class, type.getClassLoader()).stream())
        .extracting(ServiceLoader.Provider::type)
        .contains(type);
  }

  @Test
  final void theReadmeSaysWhatThePluginDoesAndNamesEveryKey() {
    String readme = createPlugin().readme();
    assertThat(readme).startsWith("# ");
    assertThat(readme.lines().count()).isGreaterThanOrEqualTo(3);
    for (ConfigKey<?> key : spec().keys()) {
      assertThat(readme).contains(key.name());
    }
  }

  @Test
  final void theWorkingConfigurationPassesTheCheck() throws IOException {
    assertThat(createPlugin().check(spec().parse(config()).orThrow())).isEmpty();
  }

  @Test
  final void anInstanceOpensAndCloses() throws IOException {
    TestContext context = context();
    FileSystem fs = TestContext.open(createPlugin(), context, config());
    try {
      assertThat(fs.stat(VfsPath.ROOT).isDirectory()).isTrue();
      assertThat(TestFiles.names(fs, VfsPath.ROOT)).doesNotHaveDuplicates();
    } finally {
      fs.close();
      fs.close();
      context.close();
    }
    assertThatCode(() -> fs.stat(VfsPath.ROOT))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isIn(Errno.EIO, Errno.EBADF));
  }

  @Test
  final void anInstanceOpensAgainAfterItWasClosed() throws IOException {
    Map<String, Object> config = config();
    Plugin plugin = createPlugin();
    try (TestContext context = context()) {
      TestContext.open(plugin, context, config).close();
      try (FileSystem fs = TestContext.open(plugin, context, config)) {
        assertThat(fs.stat(VfsPath.ROOT).isDirectory()).isTrue();
      }
    }
  }
}
