package dev.warren.server.plugin;

import static dev.warren.server.plugin.PluginSources.plugin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.DescriptorBudget;
import dev.warren.api.MemoryBudget;
import dev.warren.api.Metrics;
import dev.warren.api.VfsPath;
import dev.warren.database.Databases;
import dev.warren.namespace.calls.CallPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginLoaderTest {
  private static final String REFUSE = "throw new IOException(\"not opened in this test\");";

  @TempDir Path directory;

  private PluginSet load() {
    return new PluginLoader(List.of(directory)).load(List.of());
  }

  private static JarBuilder simple(String name) {
    return new JarBuilder()
        .source("p.Main", plugin("Main", name, "\"readme of " + name + "\"", REFUSE, ""))
        .provider("p.Main");
  }

  @Test
  void findsAPluginInADirectory() throws IOException {
    Path jar = simple("one").build(directory.resolve("one/one.jar"));

    PluginSet found = load();

    assertThat(found.names()).containsExactly("one");
    LoadedPlugin plugin = found.find("one").orElseThrow();
    assertThat(plugin.readme()).isEqualTo("readme of one");
    assertThat(plugin.location()).isEqualTo(jar);
    assertThat(plugin.configSpec().find("text")).isPresent();
    assertThat(found.refusals()).isEmpty();
  }

  @Test
  void findsAPluginWhoseJarsAreInTheDirectoryItself() throws IOException {
    simple("one").build(directory.resolve("one.jar"));
    assertThat(load().names()).containsExactly("one");
  }

  @Test
  void eachPluginHasItsOwnVersionOfALibrary() throws IOException {
    for (int version = 1; version <= 2; version++) {
      Path library =
          new JarBuilder()
              .source(
                  "lib.Version",
                  "package lib; public class Version { public static String get() { return \"v%d\"; } }"
                      .formatted(version))
              .build(directory.resolve("p%d/library-%d.jar".formatted(version, version)));
      new JarBuilder()
          .source("p.Main", plugin("Main", "p" + version, "lib.Version.get()", REFUSE, ""))
          .provider("p.Main")
          .with(library)
          .build(directory.resolve("p%d/plugin.jar".formatted(version)));
    }

    PluginSet found = load();

    assertThat(found.find("p1").orElseThrow().readme()).isEqualTo("v1");
    assertThat(found.find("p2").orElseThrow().readme()).isEqualTo("v2");
  }

  /**
   * A plugin called nosy whose readme has a digit for each class: whether it can load that class.
   */
  private static JarBuilder nosy(String expression) {
    return new JarBuilder()
        .source(
            "p.Main",
            plugin(
                "Main",
                "nosy",
                expression,
                REFUSE,
                """
                static String see(String name) {
                  try {
                    Class.forName(name);
                    return "1";
                  } catch (ClassNotFoundException e) {
                    return "0";
                  }
                }
                static String resource(String name) {
                  return Main.class.getClassLoader().getResource(name) == null ? "0" : "1";
                }
                """))
        .provider("p.Main");
  }

  @Test
  void hidesTheHostsLibraries() throws IOException {
    nosy("see(\"org.yaml.snakeyaml.Yaml\") + see(\"ch.qos.logback.classic.Logger\")"
            + " + see(\"dev.warren.server.Main\") + see(\"org.slf4j.Logger\")"
            + " + see(\"org.jspecify.annotations.Nullable\") + see(\"java.sql.Driver\")"
            + " + resource(\"META-INF/services/ch.qos.logback.classic.spi.Configurator\")")
        .build(directory.resolve("nosy/nosy.jar"));

    assertThat(load().find("nosy").orElseThrow().readme()).isEqualTo("0001110");
  }

  @Test
  void showsTheContractForAdministrationOnlyToPluginsThatDeclareIt() throws IOException {
    String sees =
        "see(\"dev.warren.api.Plugin\") + see(\"dev.warren.admin.HostControl\")"
            + " + see(\"dev.warren.frontend.FrontEnd\")";
    nosy(sees).build(directory.resolve("nosy/nosy.jar"));
    assertThat(load().find("nosy").orElseThrow().readme()).isEqualTo("100");

    nosy(sees).administers().build(directory.resolve("nosy/nosy.jar"));
    assertThat(load().find("nosy").orElseThrow().readme()).isEqualTo("110");
  }

  @Test
  void theContractIsTheHostsEvenIfThePluginContainsIt() throws IOException {
    new JarBuilder()
        .source("dev.warren.api.Errno", "package dev.warren.api; public enum Errno { FAKE }")
        .build(directory.resolve("one/a-fake-api.jar"));
    new JarBuilder()
        .source(
            "p.Main",
            plugin("Main", "one", "dev.warren.api.Errno.values()[0].toString()", REFUSE, ""))
        .provider("p.Main")
        .build(directory.resolve("one/plugin.jar"));

    assertThat(load().find("one").orElseThrow().readme()).isEqualTo("EPERM");
  }

  @Test
  void setsTheContextClassLoaderForCalls() throws IOException {
    new JarBuilder()
        .source(
            "p.Main",
            plugin(
                "Main",
                "one",
                "\"\"",
                "throw new"
                    + " IOException(String.valueOf(Thread.currentThread().getContextClassLoader()"
                    + " == Main.class.getClassLoader()));",
                """
                @Override
                public java.util.List<ConfigProblem> check(Config config) {
                  return java.util.List.of(ConfigProblem.of("text", String.valueOf(
                      Thread.currentThread().getContextClassLoader()
                          == Main.class.getClassLoader())));
                }
                """))
        .provider("p.Main")
        .build(directory.resolve("one/one.jar"));
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    LoadedPlugin plugin = load().find("one").orElseThrow();
    var config = plugin.configSpec().parse(Map.of()).orThrow();

    assertThat(plugin.check(config).getFirst().message()).isEqualTo("true");
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> open(plugin, config)))
        .hasMessage("true");
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
  }

  private void open(LoadedPlugin plugin, dev.warren.api.config.Config config) throws IOException {
    plugin.open(
        new HostPluginContext(
            plugin,
            VfsPath.parse("/one"),
            directory,
            () -> PluginSet.EMPTY,
            Metrics.NONE,
            new MemoryBudget(1 << 20, 1 << 20).open(),
            DescriptorBudget.unlimited(),
            new CallPool("test"),
            new Databases()),
        config);
  }

  @Test
  void refusesDuplicatesAndNamesBothPlaces() throws IOException {
    Path first = simple("one").build(directory.resolve("a/one.jar"));
    Path second = simple("one").build(directory.resolve("b/one.jar"));
    simple("two").build(directory.resolve("c/two.jar"));

    PluginSet found = load();

    assertThat(found.names()).containsExactly("two");
    assertThat(found.refusal("one").orElseThrow())
        .contains(first.toString())
        .contains(second.toString());
  }

  @Test
  void refusesAnotherVersionOfTheContract() throws IOException {
    Path later = simple("one").apiVersion("2").build(directory.resolve("one/one.jar"));
    Path silent = simple("two").apiVersion("").build(directory.resolve("two/two.jar"));

    PluginSet found = load();

    assertThat(found.names()).isEmpty();
    assertThat(found.refusal("one").orElseThrow())
        .contains(later.toString())
        .contains("version 2")
        .contains("version 1");
    assertThat(found.refusal("two").orElseThrow())
        .contains(silent.toString())
        .contains("Warren-Api-Version: 1");
  }

  @Test
  void survivesPluginsThatCannotBeLoaded() throws IOException {
    new JarBuilder()
        .source(
            "p.Main",
            plugin(
                "Main",
                "x",
                "\"\"",
                REFUSE,
                "static { if (true) { throw new IllegalStateException(\"boom\"); } }"))
        .provider("p.Main")
        .build(directory.resolve("static/x.jar"));
    new JarBuilder()
        .source(
            "p.Main",
            plugin(
                "Main",
                "y",
                "error()",
                REFUSE,
                "static String error() { throw new AssertionError(\"bang\"); }"))
        .provider("p.Main")
        .build(directory.resolve("error/y.jar"));
    new JarBuilder().provider("p.Missing").build(directory.resolve("missing/z.jar"));
    new JarBuilder()
        .source("p.Other", "package p; public class Other {}")
        .provider("p.Other")
        .build(directory.resolve("other/o.jar"));
    new JarBuilder()
        .source("p.Helper", "package p; public class Helper {}")
        .build(directory.resolve("nothing/n.jar"));
    Files.writeString(Files.createDirectories(directory.resolve("broken")).resolve("b.jar"), "no");
    simple("good").build(directory.resolve("good/good.jar"));

    PluginSet found = load();

    assertThat(found.names()).containsExactly("good");
    assertThat(found.refusal("static").orElseThrow()).contains("x.jar").contains("boom");
    assertThat(found.refusal("error").orElseThrow()).contains("y.jar").contains("bang");
    assertThat(found.refusal("missing").orElseThrow()).contains("p.Missing");
    assertThat(found.refusal("other").orElseThrow()).contains("p.Other");
    assertThat(found.refusal("nothing").orElseThrow()).contains("META-INF/services");
    assertThat(found.refusal("broken").orElseThrow()).contains("b.jar");
  }

  @Test
  void loadsAgainOnlyWhatHasChanged() throws IOException {
    simple("one").build(directory.resolve("one/one.jar"));
    Path two = simple("two").build(directory.resolve("two/two.jar"));
    PluginLoader loader = new PluginLoader(List.of(directory));
    PluginSet before = loader.load(List.of());

    simple("three").build(directory.resolve("three/three.jar"));
    new JarBuilder()
        .source("p.Main", plugin("Main", "two", "\"changed\"", REFUSE, ""))
        .provider("p.Main")
        .build(two);
    PluginSet after = loader.load(List.of());

    assertThat(after.names()).containsExactly("one", "three", "two");
    assertThat(after.find("one")).isEqualTo(before.find("one"));
    assertThat(after.find("two")).isNotEqualTo(before.find("two"));
    assertThat(after.find("two").orElseThrow().readme()).isEqualTo("changed");
  }

  @Test
  void directoryThatIsNamedTwiceIsLoadedOnce() throws IOException {
    Path plugins = directory.resolve("plugins");
    simple("one").build(plugins.resolve("one/one.jar"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), plugins);

    PluginSet found =
        new PluginLoader(List.of(plugins))
            .load(List.of(plugins, link, plugins.resolve("../plugins")));

    assertThat(found.names()).containsExactly("one");
    assertThat(found.refusals()).isEmpty();
  }

  @Test
  void aMissingDirectoryContainsNoPlugins() {
    PluginSet found = new PluginLoader(List.of(directory.resolve("none"))).load(List.of());
    assertThat(found.names()).isEmpty();
  }

  @Test
  void anOverwrittenJarDoesNotAffectThePluginThatRuns() throws Exception {
    Path jar =
        new JarBuilder()
            .source(
                "p.Main",
                plugin(
                    "Main",
                    "one",
                    "Late.TEXT",
                    "throw new IOException(Later.text());",
                    "static final class Late { static final String TEXT = \"early\"; } static final"
                        + " class Later { static String text() { return \"late\"; } }"))
            .provider("p.Main")
            .build(directory.resolve("one/one.jar"));
    PluginSet found = load();
    LoadedPlugin plugin = found.find("one").orElseThrow();
    byte[] nonsense = new byte[(int) Files.size(jar)];
    Files.write(jar, nonsense); // in place: the same file

    HostPluginContext context =
        new HostPluginContext(
            plugin,
            VfsPath.parse("/one"),
            directory,
            () -> found,
            Metrics.NONE,
            new MemoryBudget(1 << 20, 1 << 20).open(),
            DescriptorBudget.unlimited(),
            new CallPool("test"),
            new Databases());
    assertThatThrownBy(() -> plugin.open(context, plugin.configSpec().parse(Map.of()).orThrow()))
        .hasMessage("late");
  }

  /**
   * Plugins must not reach the host's database driver directly: it would open any file, with any
   * options.
   */
  @Test
  void aPluginGetsDatabasesOnlyFromTheHost() throws Exception {
    new JarBuilder()
        .source(
            "p.Main",
            PluginSources.plugin(
                "Main",
                "one",
                "\"# a\"",
                """
                try (var connection = context.database(
                        DatabaseSettings.file(context.stateDirectory().resolve("own.db")))
                    .getConnection()) {
                  connection.createStatement().execute("CREATE TABLE t (n INTEGER)");
                  long drivers = java.sql.DriverManager.drivers().count();
                  String asked;
                  try {
                    java.sql.DriverManager.getConnection("jdbc:sqlite:x.db").close();
                    asked = "connected";
                  } catch (java.sql.SQLException e) {
                    asked = e.getMessage();
                  }
                  Thread.getAllStackTraces().keySet().stream()
                      .filter(t -> t.getName().startsWith("database "))
                      .filter(t -> t.getContextClassLoader() == Main.class.getClassLoader())
                      .forEach(t -> { throw new IllegalStateException(t.getName()); });
                  throw new IOException(
                      connection.getMetaData().getDatabaseProductName() + ", " + drivers + ", "
                          + asked);
                } catch (java.sql.SQLException e) {
                  throw new IOException(e);
                }
                """,
                ""))
        .provider("p.Main")
        .build(directory.resolve("one/one.jar"));
    LoadedPlugin plugin = load().find("one").orElseThrow();

    assertThatThrownBy(() -> open(plugin, plugin.configSpec().parse(Map.of()).orThrow()))
        .hasMessage("SQLite, 0, No suitable driver found for jdbc:sqlite:x.db");
  }
}
