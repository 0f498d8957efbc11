package dev.warren.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferencesTest {
  private static final String SECRET = "sk-very-secret-4711";

  @TempDir Path directory;
  private ConfigFixture fixture;

  @BeforeEach
  void create() {
    fixture = new ConfigFixture(directory);
  }

  private String listen(String written) throws Exception {
    return fixture
        .read("sftp: {listen: '%s'}\n".formatted(written))
        .frontEnds()
        .get("sftp")
        .get(ConfigFixture.LISTEN);
  }

  @Test
  void variable() throws Exception {
    fixture.environment.put("HOST", "example.org");
    assertThat(listen("${env:HOST}:22")).isEqualTo("example.org:22");
    assertThat(listen("a ${env:HOST} ${env:HOST} b")).isEqualTo("a example.org example.org b");
  }

  @Test
  void defaultWhereNotSetOrEmpty() throws Exception {
    fixture.environment.put("EMPTY", "");
    assertThat(listen("${env:NOT_SET:-a:b-c}")).isEqualTo("a:b-c");
    assertThat(listen("${env:EMPTY:-x}")).isEqualTo("x");
    assertThat(listen("${env:NOT_SET:-}")).isEmpty();
    assertThat(listen("${env:NOT_SET:-${env:EMPTY:-c}}")).isEqualTo("c");
    assertThat(listen("a${env:NOT_SET:-b${env:ALSO_NOT:-c}d}e${env:EMPTY:-f}")).isEqualTo("abcdef");
    assertThat(listen("${env:NOT_SET:-{}}")).isEqualTo("{}");
    assertThat(listen("[${env:EMPTY}]")).isEqualTo("[]");
  }

  @Test
  void literalDollars() throws Exception {
    assertThat(listen("$${env:X} $ $x $$")).isEqualTo("${env:X} $ $x $$");
  }

  @Test
  void fileRelativeToTheConfiguration() throws Exception {
    Files.writeString(directory.resolve("key.txt"), "from a file\n");
    assertThat(listen("${file:key.txt}")).isEqualTo("from a file");
    assertThat(listen("${file:" + directory.resolve("key.txt") + "}")).isEqualTo("from a file");
  }

  @Test
  void inListsAndMapsAndTypedKeys() throws Exception {
    fixture.environment.put("N", "7");
    fixture.environment.put("ON", "true");
    HostConfig config =
        fixture.read(
            """
            sftp: {users: [{name: "u${env:N}"}]}
            plugins:
              gptfs:
                enabled: ${env:ON}
                path: /a/${env:N}
                config: {api_host: "x://${env:N}", workers: "${env:N}"}
            """);
    assertThat(config.frontEnds().get("sftp").get(ConfigFixture.USERS).toString())
        .isEqualTo("[{name=u7}]");
    assertThat(config.instances().getFirst().path()).hasToString("/a/7");
    assertThat(config.instances().getFirst().config().get(SamplePlugin.WORKERS)).isEqualTo(7);
  }

  @Test
  void referencesThatCannotBeResolved() throws IOException {
    Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe});
    Files.write(directory.resolve("large"), new byte[References.MOST_BYTES + 1]);
    assertThat(
            fixture.problems(
                """
                plugins:
                  gptfs:
                    path: /a
                    config:
                      api_host: ${env:NOT_SET}
                      api_key: ${file:nowhere}
                      models:
                        - ${env}
                        - ${env:NOT CLOSED
                        - ${env:a b}
                        - ${file:binary}
                        - ${file:large}
                """))
        .containsExactly(
            "config.yaml:5:17: gptfs at /a: environment variable NOT_SET is not set; set it, or"
                + " write ${env:NOT_SET:-default}",
            "config.yaml:6:16: gptfs at /a: there is no file nowhere",
            "config.yaml:8:11: gptfs at /a: '${env}' is neither ${env:NAME} nor ${file:path}; write"
                + " '$${' for the characters themselves",
            "config.yaml:9:11: gptfs at /a: '${' without '}'; write '$${' for the characters"
                + " themselves",
            "config.yaml:10:11: gptfs at /a: 'a b' is not the name of a variable",
            "config.yaml:11:11: gptfs at /a: file binary is not text in UTF-8",
            "config.yaml:12:11: gptfs at /a: file large is larger than 65536 bytes");
  }

  @Test
  void valuesFromOutsideAreNotInProblems() throws IOException {
    fixture.environment.put("S", SECRET);
    fixture.environment.put("SHORT", "abc");
    Files.writeString(directory.resolve("key"), SECRET + "-file\n");
    List<String> problems =
        fixture.problems(
            """
            server: {log_level: "${env:S}", plugin_dirs: ["${env:S}"]}
            plugins:
              gptfs:
                - path: /a
                  config:
                    api_host: ${env:S}
                    workers: ${env:S}
                    timeout: ${file:key}
                    api: ${env:SHORT}
                    stream: "x${env:S}"
                - path: ${env:S}
                - path: /b
                  config: {api_host: "throw ${env:S}"}
                - path: /c
                  config: {api_host: "${env:SHORT}"}
            """);
    assertThat(problems).hasSizeGreaterThanOrEqualTo(8);
    assertThat(String.join("\n", problems)).doesNotContain(SECRET).doesNotContain("'abc'");
    assertThat(problems)
        .contains(
            "config.yaml:7:18: gptfs at /a: 'workers' must be a whole number, not the value from"
                + " outside the file");
  }

  @Test
  void secretsAreNotInTextForms() throws Exception {
    fixture.environment.put("S", SECRET);
    HostConfig config =
        fixture.read(
            """
            sftp:
            plugins:
              gptfs: {path: /a, config: {api_host: "x://${env:S}", api_key: sk-written-down, models: ["${env:S}"]}}
            """);
    assertThat(config.toString()).doesNotContain(SECRET).doesNotContain("sk-written-down");
    assertThat(config.instances().toString()).doesNotContain(SECRET);
    assertThat(fixture.redactor.redact("failed: x://" + SECRET + " with sk-written-down"))
        .isEqualTo("failed: x://${env:S} with ***api_key***");
  }

  @Test
  void exceptionHasNoSecret() {
    fixture.environment.put("S", SECRET);
    assertThatThrownBy(
            () ->
                fixture.read(
                    "plugins: {gptfs: {path: /a, config: {api_host: '${env:S}', workers: x}}}"))
        .isInstanceOf(ConfigurationException.class)
        .message()
        .doesNotContain(SECRET);
  }
}
