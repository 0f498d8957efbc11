package dev.warren.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YamlFileTest {
  @TempDir Path directory;
  private ConfigFixture fixture;

  @BeforeEach
  void create() {
    fixture = new ConfigFixture(directory);
  }

  @Test
  void duplicateKey() throws IOException {
    assertThat(fixture.problems("sftp:\n  listen: a\n  users: []\n  listen: b\n"))
        .containsExactly("config.yaml:4:3: key 'listen' is already at line 2; remove one");
  }

  @Test
  void tab() throws IOException {
    assertThat(fixture.problems("sftp:\n\tlisten: a\n"))
        .singleElement()
        .asString()
        .startsWith("config.yaml:2:1: not YAML: ")
        .contains("TAB");
  }

  @Test
  void syntaxErrorDoesNotQuoteTheLine() throws IOException {
    assertThat(fixture.problems("plugins:\n  gptfs:\n    api_key: sk-hidden-1 : x\n"))
        .singleElement()
        .asString()
        .startsWith("config.yaml:3:26: not YAML: ")
        .doesNotContain("sk-hidden-1");
  }

  @Test
  void referenceWithoutQuotesInBraces() throws IOException {
    assertThat(fixture.problems("sftp: {listen: ${env:X}}\n"))
        .singleElement()
        .asString()
        .startsWith("config.yaml:1:17: not YAML: ")
        .endsWith("inside { } or [ ], a value with ${...} needs quotes");
  }

  @Test
  void keysThatAreNotText() throws IOException {
    assertThat(fixture.problems("sftp:\n  1: a\n  true: b\n  ? [x]\n  : c\n  <<: {listen: a}\n"))
        .containsExactly(
            "config.yaml:2:3: key 1 is not text; put it in quotes",
            "config.yaml:3:3: key true is not text; put it in quotes",
            "config.yaml:4:5: a key must be text",
            "config.yaml:6:3: merge keys ('<<') are not supported; write the keys out or use an"
                + " alias");
  }

  @Test
  void tags() throws IOException {
    assertThat(fixture.problems("sftp: !!java.net.URL {listen: x}\n"))
        .singleElement()
        .asString()
        .startsWith("config.yaml:1:7: not YAML: Global tag is not allowed");
    assertThat(fixture.problems("sftp: {listen: !vault x}\n"))
        .contains("config.yaml:1:16: tags such as !vault are not supported; remove it");
  }

  @Test
  void secondDocument() throws IOException {
    assertThat(fixture.problems("sftp: {}\n---\nsftp: {}\n"))
        .singleElement()
        .asString()
        .startsWith("config.yaml:2:1: not YAML: ");
  }

  @Test
  void aliasesThatGrow() throws IOException {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x]\n");
    for (int i = 1; i < 9; i++) {
      bomb.append(
          "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d]\n"
              .formatted(i, i, i - 1, i - 1, i - 1, i - 1, i - 1));
    }
    List<String> problems = fixture.problems(bomb.toString());
    assertThat(problems).singleElement().asString().contains("use fewer aliases");
  }

  @Test
  void aliasOfItself() throws IOException {
    assertThat(fixture.problems("sftp: &a\n  users: [*a]\n"))
        .singleElement()
        .asString()
        .contains("contains itself");
  }

  @Test
  void aliasIsAccepted() throws Exception {
    HostConfig config =
        fixture.read(
            """
            sftp: {listen: &l "127.0.0.1:1", users: [*l]}
            """);
    assertThat(config.frontEnds().get("sftp").get(ConfigFixture.USERS))
        .isEqualTo(List.of("127.0.0.1:1"));
  }

  @Test
  void deepNesting() throws IOException {
    assertThat(fixture.problems("sftp: " + "[".repeat(60) + "]".repeat(60) + "\n"))
        .singleElement()
        .asString()
        .contains("not YAML");
  }
}
