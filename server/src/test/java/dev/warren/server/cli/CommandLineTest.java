package dev.warren.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.server.plugin.FrontEndSources;
import dev.warren.server.plugin.JarBuilder;
import dev.warren.server.plugin.PluginSources;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLineTest {
  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine commandLine = WarrenCommand.commandLine(arguments);
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    return commandLine.execute(arguments);
  }

  @Test
  void version() {
    assertThat(run("version")).isZero();
    assertThat(out.toString())
        .startsWith("warren " + Version.current() + " (Java " + Runtime.version());
    assertThat(Version.current()).matches("[0-9]+\\.[0-9]+\\..*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "serve", "check-config", "plugins", "plugin", "version"})
  void helpHasExamples(String command) {
    String[] arguments =
        command.isEmpty() ? new String[] {"--help"} : new String[] {command, "--help"};
    assertThat(run(arguments)).isZero();
    assertThat(out.toString())
        .contains("Usage: warren")
        .containsPattern("Examples?:\\R  warren " + command);
  }

  @Test
  void wrongCommandLinesAreStatusTwo() {
    assertThat(run()).isEqualTo(2);
    assertThat(run("sevre")).isEqualTo(2);
    assertThat(run("serve", "--no-such-option")).isEqualTo(2);
    assertThat(err.toString())
        .contains("missing command", "Did you mean: warren serve", "Unknown option")
        .contains("Usage: warren serve");
  }

  @Test
  void helpListsEveryCommand() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .containsPattern(
            "(?s)\\n  serve .*\\n  check-config .*\\n  plugins .*\\n  plugin .*\\n  version ");
  }

  @Test
  void checkConfigPrintsEveryProblemAndStatusTwo() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("bad.yaml"), "sevrer: {}\nserver: {log_level: loud}\nsftp: 3\n");
    assertThat(run("check-config", file.toString())).isEqualTo(2);
    assertThat(err.toString().lines())
        .hasSize(3)
        .allMatch(line -> line.startsWith(file + ":"))
        .anyMatch(line -> line.contains("did you mean 'server'?"));
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void checkConfigOfAGoodFileListsWhatItWouldMount() throws IOException {
    plugin();
    Path file =
        Files.writeString(
            directory.resolve("good.yaml"),
            "server: {plugin_dirs: ['%s']}\nhttp:\nplugins: {sample: {path: /a}}\n"
                .formatted(directory.resolve("plugins")));
    assertThat(run("check-config", file.toString())).isZero();
    assertThat(out.toString()).contains("no errors").containsPattern("/a +sample");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void checkConfigReportsPluginsThatCannotBeUsed() throws IOException {
    plugin();
    Path broken = Files.createDirectories(directory.resolve("plugins/broken")).resolve("b.jar");
    Files.writeString(broken, "no jar at all");
    Path file =
        Files.writeString(
            directory.resolve("good.yaml"),
            "server: {plugin_dirs: ['%s']}\nhttp:\nplugins: {sample: {path: /a}}\n"
                .formatted(directory.resolve("plugins")));
    assertThat(run("check-config", file.toString())).isZero();
    assertThat(err.toString())
        .startsWith("warning: plugin broken cannot be used: ")
        .contains(broken + " is not a readable jar");
  }

  @Test
  void checkConfigReportsWhatAReloadWouldRefuse() throws IOException {
    Path file = Files.writeString(directory.resolve("cut.yaml"), "server: {log_level: info}\n");
    assertThat(run("check-config", file.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("cut.yaml: no front end is configured");
    Files.writeString(file, "# lost\n");
    assertThat(run("check-config", file.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("cut.yaml: the file is empty");
  }

  @Test
  void checkConfigReportsAnAddressThatTwoFrontEndsShare() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("twice.yaml"),
            "sftp: {listen: ['127.0.0.1:2022']}\nhttp: {listen: '127.0.0.1:2022'}\n");
    assertThat(run("check-config", file.toString())).isEqualTo(2);
    assertThat(err.toString().strip())
        .isEqualTo(
            "%1$s:2:16: http: the address 127.0.0.1:2022 is taken by sftp (%1$s:1:17); choose another"
                .formatted(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-c", "--config"})
  void theConfigurationCanBeAnOption(String option) {
    for (String command : List.of("check-config", "serve")) {
      assertThat(run(command, option, "no-such.yaml")).isEqualTo(2);
      assertThat(err.toString()).contains("no-such.yaml: there is no such file");
      assertThat(run(command, option, "no-such.yaml", "other.yaml")).isEqualTo(2);
      assertThat(err.toString()).contains("named twice");
    }
  }

  @Test
  void checkConfigOfAMissingFile() {
    assertThat(run("check-config", "no-such.yaml")).isEqualTo(2);
    assertThat(err.toString().strip()).isEqualTo("no-such.yaml: there is no such file");
  }

  @Test
  void pluginsListsAndDescribes() throws IOException {
    plugin();
    String plugins = directory.resolve("plugins").toString();

    assertThat(run("plugins", "--plugin-dir", plugins)).isZero();
    assertThat(out.toString()).containsPattern("sample +Does little\\.");
    assertThat(run("plugins", "--plugin-dir", plugins, "sample")).isZero();
    assertThat(out.toString()).contains("* `text` (string, default x): a text");
    assertThat(run("plugins", "--plugin-dir", plugins, "smaple")).isEqualTo(1);
    assertThat(err.toString()).contains("there is no plugin 'smaple', did you mean 'sample'?");
  }

  @Test
  void furtherFrontEndsAreListedWithTheirKeys() throws IOException {
    FrontEndSources.simple("listing").build(directory.resolve("found/listing/listing.jar"));
    String found = directory.resolve("found").toString();
    assertThat(run("plugins", "--plugin-dir", found)).isZero();
    assertThat(out.toString()).containsPattern("(?m)^listing +front end: ");
    assertThat(run("plugins", "--plugin-dir", found, "listing")).isZero();
    assertThat(out.toString()).contains("# listing", "* `text` (string, default x): a text");
  }

  private void plugin() throws IOException {
    new JarBuilder()
        .source(
            "p.Main",
            PluginSources.plugin(
                "Main", "sample", "\"# sample\\n\\nDoes little.\\n\"", "return null;", ""))
        .provider("p.Main")
        .build(directory.resolve("plugins/sample/sample.jar"));
  }
}
