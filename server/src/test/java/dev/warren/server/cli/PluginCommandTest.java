package dev.warren.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.server.plugin.JarBuilder;
import dev.warren.server.plugin.PluginSources;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Plugins' commands for operators. */
class PluginCommandTest {
  private static final String COMMANDS =
      """
      @Override public java.util.List<MaintenanceCommand> maintenanceCommands() {
        return java.util.List.of(
            new MaintenanceCommand("check", "Looks.", (context, config, output) -> {
              output.accept(context.mountPath() + " has " + config.get(TEXT));
              return config.get(TEXT).equals("x");
            }),
            new MaintenanceCommand("state", "Uses its state.", (context, config, output) ->
                context.stateDirectory() != null),
            new MaintenanceCommand("mistake", "Has one.", (context, config, output) -> {
              throw new IllegalStateException("a mistake");
            }));
      }
      """;

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void plugin() throws IOException {
    new JarBuilder()
        .source(
            "p.Main", PluginSources.plugin("Main", "sample", "\"# a\"", "return null;", COMMANDS))
        .provider("p.Main")
        .build(directory.resolve("plugins/sample/sample.jar"));
  }

  private Path config(String plugins) throws IOException {
    return Files.writeString(
        directory.resolve("config.yaml"),
        "server: {plugin_dirs: ['%s'], state_dir: '%s'}\nhttp:\nplugins: %s\n"
            .formatted(directory.resolve("plugins"), directory.resolve("state"), plugins));
  }

  private int run(String plugins, String... arguments) throws IOException {
    List<String> all =
        new ArrayList<>(List.of("plugin", "--config", config(plugins).toString(), "sample"));
    all.addAll(Arrays.asList(arguments));
    String[] line = all.toArray(String[]::new);
    CommandLine commandLine = WarrenCommand.commandLine(line);
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    return commandLine.execute(line);
  }

  @Test
  void commandsAreListed() throws IOException {
    assertThat(run("{sample: {path: /a}}")).isZero();
    assertThat(out.toString()).contains("* `check`: Looks.", "* `mistake`: Has one.");
  }

  @Test
  void theExitStatusIsOneIfTheCommandReturnsFalse() throws IOException {
    assertThat(run("{sample: {path: /a}}", "check")).isZero();
    assertThat(run("{sample: {path: /b, config: {text: y}}}", "check")).isEqualTo(1);
    assertThat(out.toString().lines()).containsExactly("/a has x", "/b has y");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void theMountIsNamedIfThereAreSeveral() throws IOException {
    String two = "{sample: [{path: /a}, {path: /b, config: {text: y}}]}";
    assertThat(run(two, "check")).isEqualTo(2);
    assertThat(err.toString()).contains("sample is mounted more than once; name one of /a, /b");
    assertThat(run(two, "check", "/b")).isEqualTo(1);
    assertThat(out.toString()).isEqualToIgnoringNewLines("/b has y");
    assertThat(run(two, "check", "/c")).isEqualTo(2);
    assertThat(err.toString()).contains("the configuration mounts sample /a, /b, not at /c");
  }

  @Test
  void wrongNamesAreStatusTwo() throws IOException {
    assertThat(run("{sample: {path: /a}}", "chekc")).isEqualTo(2);
    assertThat(err.toString()).contains("sample has no command 'chekc', did you mean 'check'?");
    assertThat(run("{}", "check")).isEqualTo(2);
    assertThat(err.toString()).contains("the configuration mounts sample nowhere");
  }

  @Test
  void failuresAreReported() throws IOException {
    assertThat(run("{sample: {path: /a}}", "mistake")).isEqualTo(1);
    assertThat(err.toString()).contains("plugin sample failed in mistake").contains("a mistake");
  }

  @Test
  void noStateDirectoryIsCreated() throws IOException {
    assertThat(run("{sample: {path: /a}}", "state")).isEqualTo(1);
    assertThat(err.toString()).contains("the instance has stored nothing: there is no directory");
    assertThat(directory.resolve("state")).doesNotExist();
    Files.createDirectories(directory.resolve("state/sample/a"));
    assertThat(run("{sample: {path: /a}}", "state")).isZero();
  }

  @Test
  void thePluginsDescriptionNamesItsCommands() {
    String[] line = {"plugins", "--plugin-dir", directory.resolve("plugins").toString(), "sample"};
    CommandLine commandLine = WarrenCommand.commandLine(line);
    commandLine.setOut(new PrintWriter(out));
    assertThat(commandLine.execute(line)).isZero();
    assertThat(out.toString())
        .contains("`warren plugin sample COMMAND`", "* `state`: Uses its state.");
  }
}
