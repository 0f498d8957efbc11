package dev.warren.localfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.Plugin;
import dev.warren.api.VfsPath;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigProblem;
import dev.warren.localfs.linux.LinuxLocalfs;
import dev.warren.testkit.PluginContract;
import dev.warren.testkit.TestContext;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The plugin contract, and the meaning of this plugin's configuration. */
class LocalfsPluginTest extends PluginContract {
  @TempDir private Path temporary;

  @Override
  protected Plugin createPlugin() {
    return new LocalfsPlugin();
  }

  @Override
  protected Map<String, Object> workingConfig(Path emptyDirectory) {
    return Map.of("local_dir", emptyDirectory.toString());
  }

  private final LocalfsPlugin plugin = new LocalfsPlugin();

  @Test
  void isFound() {
    assertThat(ServiceLoader.load(Plugin.class).stream().map(p -> p.get().name()))
        .contains("localfs");
  }

  @Test
  void defaults() {
    Config config = config(Map.of());
    assertThat(config.get(LocalfsPlugin.CREATE)).isFalse();
    assertThat(config.get(LocalfsPlugin.READ_ONLY)).isFalse();
    assertThat(config.get(LocalfsPlugin.PORTABLE)).isFalse();
    assertThat(config.get(LocalfsPlugin.IDENTITY)).isEqualTo("host");
    assertThat(plugin.check(config)).isEmpty();
  }

  @Test
  void everyKeyIsDocumentedAndTheManualNamesThem() {
    assertThat(plugin.configSpec().keys())
        .extracting(ConfigKey::name)
        .containsExactly("local_dir", "create", "read_only", "portable", "identity", "devices");
    assertThat(plugin.configSpec().keys()).allMatch(key -> !key.documentation().isBlank());
    assertThat(plugin.readme())
        .contains("local_dir", "read_only", "portable", "identity", "devices");
  }

  @Test
  void localDirMustBeADirectory() throws IOException {
    Path missing = temporary.resolve("missing");
    Path file = Files.writeString(temporary.resolve("file"), "x");
    assertThat(plugin.check(config(Map.of("local_dir", missing.toString()))))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.path()).containsExactly("local_dir");
              assertThat(problem.message()).contains(missing.toString(), "create: true");
            });
    assertThat(plugin.check(config(Map.of("local_dir", file.toString()))))
        .singleElement()
        .extracting(ConfigProblem::message)
        .isEqualTo(file + " is not a directory");
    assertThatThrownBy(() -> open(Map.of("local_dir", missing.toString())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(missing.toString());
    assertThat(missing).doesNotExist();
  }

  @Test
  void theDirectoryIsCreatedOnRequest() throws IOException {
    Path deep = temporary.resolve("a/b/c");
    Map<String, Object> values = Map.of("local_dir", deep.toString(), "create", true);
    assertThat(plugin.check(config(values))).isEmpty();
    assertThat(deep).doesNotExist(); // a check changes nothing
    open(values).close();
    assertThat(deep).isDirectory();
  }

  @Test
  void aRelativeDirectoryIsBelowTheWorkingDirectory() throws IOException {
    try (FileSystem fs = open(Map.of("local_dir", "src/main/java"))) {
      assertThat(TestFiles.names(fs, VfsPath.ROOT)).containsExactly("dev");
    }
  }

  @Test
  void devicesRequireRoot() throws IOException {
    assertThat(plugin.check(config(Map.of("devices", true))))
        .hasSize(LinuxLocalfs.isRoot() ? 0 : 1);
    assertThat(plugin.check(config(Map.of("devices", true, "portable", true))))
        .singleElement()
        .extracting(ConfigProblem::message)
        .asString()
        .contains("runs as root");
  }

  @Test
  void actingForCallersRequiresRoot() throws IOException {
    List<ConfigProblem> problems = plugin.check(config(Map.of("identity", "caller")));
    if (LinuxLocalfs.isRoot()) {
      assertThat(problems).isEmpty();
    } else {
      assertThat(problems)
          .singleElement()
          .extracting(ConfigProblem::message)
          .asString()
          .contains("root");
    }
    assertThat(plugin.check(config(Map.of("identity", "caller", "portable", true))))
        .singleElement()
        .extracting(ConfigProblem::message)
        .asString()
        .contains("portable");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void bothImplementationsServeTheDirectory(boolean portable) throws IOException {
    Files.writeString(temporary.resolve("f"), "content");
    try (FileSystem fs = open(Map.of("portable", portable));
        FileSystem readOnly = open(Map.of("portable", portable, "read_only", true))) {
      TestFiles.write(fs, TestFiles.path("/g"), "more");
      assertThat(TestFiles.readText(readOnly, TestFiles.path("/f"))).isEqualTo("content");
      assertThat(TestFiles.readText(readOnly, TestFiles.path("/g"))).isEqualTo("more");
      assertThat(fs.stat(TestFiles.path("/f")).fileId())
          .isEqualTo(readOnly.stat(TestFiles.path("/f")).fileId());
      assertThatThrownBy(() -> readOnly.unlink(TestFiles.path("/f")))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EROFS));
      assertThat(fs.nonBlocking() == null || !portable).isTrue();
    }
  }

  private FileSystem open(Map<String, ?> values) throws IOException {
    return plugin.open(TestContext.in(temporary), config(values));
  }

  private Config config(Map<String, ?> values) {
    Map<String, Object> all = new HashMap<>(Map.of("local_dir", temporary.toString()));
    all.putAll(values);
    return plugin.configSpec().parse(all).orThrow();
  }

  @Test
  void aDirectoryThatCannotBeCreatedIsAnErrorWithTheReason() throws IOException {
    Path file = Files.createFile(temporary.resolve("file"));
    assertThatThrownBy(
            () -> open(Map.of("local_dir", file.resolve("deep/er").toString(), "create", true)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.resolve("deep/er") + " cannot be made: ")
        .hasMessageContaining("Not a directory");
    assertThatThrownBy(() -> open(Map.of("local_dir", "/proc/nothing", "create", true)))
        .hasMessageContaining("/proc/nothing cannot be made: /proc/nothing: No such file");
  }
}
