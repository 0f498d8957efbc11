package dev.warren.server.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.DescriptorBudget;
import dev.warren.api.FileSystem;
import dev.warren.api.FileType;
import dev.warren.api.MemoryBudget;
import dev.warren.api.Metrics;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.VfsPath;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.database.Databases;
import dev.warren.memfs.MemfsPlugin;
import dev.warren.namespace.calls.CallPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostPluginContextTest {
  @TempDir Path directory;
  private final List<Path> states = new ArrayList<>();

  /** Opens an inner instance of another plugin and records its state directory. */
  private final class Outer implements Plugin {
    private final String name;
    private final String inner;
    private final Map<String, ?> config;

    Outer(String name, String inner, Map<String, ?> config) {
      this.name = name;
      this.inner = inner;
      this.config = config;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public ConfigSpec configSpec() {
      return ConfigSpec.of();
    }

    @Override
    public String readme() {
      return "";
    }

    @Override
    public FileSystem open(PluginContext context, Config ignored) throws IOException {
      states.add(context.stateDirectory());
      return context.inner(inner, config);
    }
  }

  private FileSystem open(PluginSet plugins, String name, String path) throws IOException {
    LoadedPlugin plugin = plugins.find(name).orElseThrow();
    HostPluginContext context =
        new HostPluginContext(
            plugin,
            VfsPath.parse(path),
            directory.resolve("state"),
            () -> plugins,
            Metrics.NONE,
            new MemoryBudget(1 << 20, 1 << 20).open(),
            DescriptorBudget.unlimited(),
            new CallPool("test"),
            new Databases());
    return plugin.open(context, plugin.configSpec().parse(Map.of()).orThrow());
  }

  @Test
  void opensAnotherPluginInside() throws IOException {
    PluginSet plugins =
        TestPlugins.of(new MemfsPlugin(), new Outer("outer", "memfs", Map.of("max_bytes", "1MiB")));
    LoadedPlugin outer = plugins.find("outer").orElseThrow();
    HostPluginContext context =
        new HostPluginContext(
            outer,
            VfsPath.parse("/x"),
            directory.resolve("s"),
            () -> plugins,
            Metrics.NONE,
            new MemoryBudget(1 << 20, 1 << 20).open(),
            DescriptorBudget.unlimited(),
            new CallPool("test"),
            new Databases());

    FileSystem opened = outer.open(context, outer.configSpec().parse(Map.of()).orThrow());

    assertThat(opened.stat(VfsPath.ROOT).type()).isEqualTo(FileType.DIRECTORY);
    assertThat(context.used())
        .containsExactlyInAnyOrder(outer, plugins.find("memfs").orElseThrow());
    opened.close();
  }

  @Test
  void reportsEveryProblemOfAnInnerConfiguration() {
    PluginSet plugins =
        TestPlugins.of(
            new MemfsPlugin(), new Outer("outer", "memfs", Map.of("max_bites", 1, "init_dirs", 7)));

    assertThatThrownBy(() -> open(plugins, "outer", "/x"))
        .hasMessageContaining("outer > memfs")
        .hasMessageContaining("unknown key 'max_bites', did you mean 'max_bytes'?")
        .hasMessageContaining("'init_dirs' must be a list");
  }

  @Test
  void suggestsAPlugin() {
    PluginSet plugins = TestPlugins.of(new MemfsPlugin(), new Outer("outer", "menfs", Map.of()));
    assertThatThrownBy(() -> open(plugins, "outer", "/x"))
        .hasMessage("outer > menfs: there is no plugin 'menfs', did you mean 'memfs'?");
  }

  @Test
  void endsCycles() {
    PluginSet plugins =
        TestPlugins.of(new Outer("a", "b", Map.of()), new Outer("b", "a", Map.of()));
    assertThatThrownBy(() -> open(plugins, "a", "/x"))
        .hasMessageContaining("a > b > a > b")
        .hasMessageContaining("more than 8 instances inside each other");
  }

  @Test
  void givesEachInstanceAStateDirectoryOfItsOwn() throws IOException {
    PluginSet plugins =
        TestPlugins.of(
            new MemfsPlugin(),
            new Outer("outer", "middle", Map.of()),
            new Outer("middle", "memfs", Map.of()));

    open(plugins, "outer", "/a/b").close();
    open(plugins, "outer", "/a%2Fb").close();
    open(plugins, "outer", "/").close();

    Path root = directory.resolve("state/outer");
    assertThat(states)
        .containsExactly(
            root.resolve("a%2Fb"),
            root.resolve("a%2Fb/inner/middle-1"),
            root.resolve("a%252Fb"),
            root.resolve("a%252Fb/inner/middle-1"),
            root.resolve("%2F"),
            root.resolve("%2F/inner/middle-1"));
    for (Path state : states) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void stateDirectoryThatOthersMayUseIsRefusedUnlessEmpty() throws IOException {
    Path open = Files.createDirectory(directory.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));

    assertThat(StateDirectories.require(open)).isEqualTo(open);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(open)))
        .isEqualTo("rwx------");

    Files.createFile(open.resolve("something"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThatThrownBy(() -> StateDirectories.require(open))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("chmod 700 " + open);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(open)))
        .isEqualTo("rwxr-xr-x");
  }

  private HostPluginContext context(Databases databases) throws IOException {
    PluginSet plugins = TestPlugins.of(new MemfsPlugin());
    return new HostPluginContext(
        plugins.find("memfs").orElseThrow(),
        VfsPath.parse("/x"),
        directory.resolve("state"),
        () -> plugins,
        Metrics.NONE,
        new MemoryBudget(1 << 20, 1 << 20).open(),
        DescriptorBudget.unlimited(),
        new CallPool("test"),
        databases);
  }

  @Test
  void twoInstancesShareADatabaseUntilEachIsClosed() throws Exception {
    Databases databases = new Databases();
    DatabaseSettings settings = DatabaseSettings.file(directory.resolve("shared.db"));
    HostPluginContext one = context(databases);
    HostPluginContext other = context(databases);
    DataSource first = one.database(settings);
    DataSource second = other.database(settings);
    try (Connection connection = first.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t (n INTEGER)");
    }

    one.close();

    assertThatThrownBy(first::getConnection).hasMessageContaining("closed with its instance");
    assertThatThrownBy(() -> one.database(settings)).hasMessageContaining("instance is closed");
    try (Connection connection = second.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO t VALUES (1)");
    }
    other.close();
    assertThatThrownBy(second::getConnection).isInstanceOf(SQLException.class);
  }
}
