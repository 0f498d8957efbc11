package dev.warren.server.config;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.gptfs.GptfsPlugin;
import dev.warren.localfs.LocalfsPlugin;
import dev.warren.memfs.MemfsPlugin;
import dev.warren.server.config.References.UnresolvedException;
import dev.warren.server.log.Redactor;
import dev.warren.server.plugin.PluginSet;
import dev.warren.server.plugin.TestPlugins;
import dev.warren.sqlfs.SqlfsPlugin;
import dev.warren.sysfs.SysfsPlugin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Typical mistakes in configurations, and the messages about them. */
class WrittenTest {
  @TempDir Path directory;
  private ConfigFixture fixture;

  @BeforeEach
  void create() {
    fixture = new ConfigFixture(directory);
  }

  private List<String> ofPath(String yaml) throws IOException {
    return fixture.problems(
        "sftp:\nplugins: {gptfs: {path: %s, config: {api_host: http://x}}}\n".formatted(yaml));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ''            | the path is empty
          ' '           | the path is empty
          ~/x           | a directory of this machine is a key of the plugin, such as local_dir
          'C:\\x'       | a directory of this machine is a key of the plugin, such as local_dir
          “/x”          | typographic quotes
          x/y           | write '/x/y'
          "/a\\nb"      | '/a\\nb' has characters that cannot be seen
          "/a\\e[31mb"  | '/a\\u001b[31mb' has characters that cannot be seen
          "/a\\u202eb"  | '/a\\u202eb' has characters that cannot be seen
          """)
  void invalidMountPaths(String yaml, String expected) throws Exception {
    assertThat(ofPath(yaml))
        .singleElement()
        .satisfies(
            p ->
                assertThat(p)
                    .startsWith("config.yaml:2:")
                    .contains(expected)
                    .doesNotContain("write '/'", "write '/~", "\n", "\u001b", "\u202e"));
  }

  @Test
  void aTildeIsTheHomeDirectory() throws Exception {
    String home = System.getProperty("user.home");
    HostConfig config =
        fixture.read(
            """
            sftp: {users: [{keys: ~/.ssh/keys}], listen: 'unix:~/sock'}
            plugins: {gptfs: {path: /a, config: {api_host: 'x://~/y', local_dir: ~/data}}}
            """);
    assertThat(config.frontEnds().get("sftp").get(ConfigFixture.LISTEN))
        .isEqualTo("unix:" + home + "/sock");
    assertThat(config.frontEnds().get("sftp").get(ConfigFixture.USERS).toString())
        .contains(home + "/.ssh/keys");
    assertThat(config.instances().getFirst().config().get(SamplePlugin.LOCAL_DIR))
        .isEqualTo(home + "/data");
    assertThat(config.instances().getFirst().config().get(SamplePlugin.API_HOST))
        .isEqualTo("x://~/y");
  }

  @Test
  void aTildeThatCannotBeExpandedIsRefused() {
    HomeDirectory unknown = new HomeDirectory("?");
    assertThatThrownBy(() -> unknown.expand("~/x"))
        .isInstanceOf(UnresolvedException.class)
        .hasMessageContaining("write the directory out");
    assertThatThrownBy(() -> new HomeDirectory("/root").expand("~you/x"))
        .isInstanceOf(UnresolvedException.class)
        .hasMessageContaining("write the directory of 'you' out");
  }

  @ParameterizedTest
  @ValueSource(strings = {"~x", "x~", "/~/x", "~$lock.docx", ""})
  void otherTildesAreUnchanged(String text) throws Exception {
    assertThat(new HomeDirectory("/root").expand(text)).isEqualTo(text);
  }

  private static List<String> problems(byte[] bytes) {
    Problems problems = new Problems(new Redactor());
    assertThat(TextFile.text("c", bytes, problems)).isNull();
    return problems.inOrder().stream().map(Problem::toString).toList();
  }

  @Test
  void invalidBytesAreReportedWithTheirPosition() {
    assertThat(problems("server:".getBytes(UTF_16LE)))
        .containsExactly("c:1:1: the file is in UTF-16; save it as UTF-8");
    assertThat(problems(new byte[] {(byte) 0xff, (byte) 0xfe, 's', 0}))
        .containsExactly("c:1:1: the file is in UTF-16; save it as UTF-8");
    assertThat(problems("a: b\nc: \0".getBytes(UTF_8)).getFirst())
        .startsWith("c:2:4: here is a NUL character");
    assertThat(problems(new byte[] {'a', '\n', '\n', 'b', (byte) 0xe4, 'c'}))
        .containsExactly(
            "c:3:2: the file is not text in UTF-8: it has byte 0xe4 here; save it as UTF-8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sftp: {listen: [[::1]:2022]} | an IPv6 address needs quotes",
        "sftp: {listen: [::1]:2022}   | an IPv6 address needs quotes"
      })
  void invalidYamlGetsAHint(String text, String hint) throws Exception {
    assertThat(fixture.problems(text + "\n").getFirst()).contains(hint);
  }

  @Test
  void longTextIsTruncated() throws Exception {
    assertThat(fixture.problems("sftp:\nserver: {log_level: %s}\n".formatted("x".repeat(900_000))))
        .singleElement()
        .satisfies(p -> assertThat(p).hasSizeLessThan(1000));
    assertThat(fixture.problems("%s: 1\n".formatted("x".repeat(900_000))).toString())
        .hasSizeLessThan(5000);
    assertThat(fixture.problems("sftp: {users: [%s]}\n".formatted("x".repeat(10_000_000))))
        .containsExactly("config.yaml: the file cannot be read: it has more than 1 MiB");
  }

  /** The names in agfs's example configuration. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "serverinfofs",
        "queuefs",
        "kvfs",
        "hellofs",
        "streamfs",
        "sqlfs2",
        "proxyfs",
        "s3fs",
        "vectorfs",
        "httagfs"
      })
  void pluginsOfAgfsGetAHint(String name) throws Exception {
    assertThat(fixture.problems("sftp:\nplugins: {%s: {path: /x, config: {}}}\n".formatted(name)))
        .singleElement()
        .satisfies(p -> assertThat(p).containsPattern("; agfs(.s| has such a plugin)"));
  }

  /** A hint that Warren lacks a plugin would be wrong for those that it has. */
  @Test
  void theIncludedPluginsAreNotMissing() throws Exception {
    fixture.plugins = included();
    for (String name : fixture.plugins.names()) {
      assertThat(AgfsNames.plugin(name, List.of())).as(name).isEmpty();
    }
    assertThat(fixture.problems("sftp:\nplugins: {sqlfs: {path: /x}}\n")).isEmpty();
    assertThat(fixture.problems("sftp:\nplugins: {sqlfs_home: {path: /x}}\n"))
        .singleElement()
        .asString()
        .contains("a further instance of sqlfs is a further element of its list");
  }

  private static PluginSet included() {
    return TestPlugins.of(
        new GptfsPlugin(),
        new LocalfsPlugin(),
        new MemfsPlugin(),
        new SqlfsPlugin(),
        new SysfsPlugin());
  }

  @ParameterizedTest
  @CsvSource({
    "backend: sqlite,        'database: jdbc:...'",
    "db_path: /data/f.db,    'database: jdbc:...'",
    "dsn: 'u:p@tcp(h)/d',    'database: jdbc:...'",
    "cache_enabled: true,    'cache: 32MiB'",
    "cache_max_size: 1000,   'cache: 32MiB'",
    "cache_ttl_seconds: 5,   'cache: 32MiB'",
  })
  void keysOfTheSqlfsOfAgfsGetAHint(String written, String hint) throws Exception {
    fixture.plugins = included();
    assertThat(
            fixture.problems(
                "sftp:\nplugins: {sqlfs: {path: /x, config: {%s}}}\n".formatted(written)))
        .singleElement()
        .asString()
        .contains("unknown key '", "; agfs's own; here '", hint);
  }

  @Test
  void otherNamesOfAgfsGetAHint() throws Exception {
    assertThat(
            fixture.problems(
                """
                server: {address: ":8080", log_level: info, max_request_body_bytes: 67108864}
                external_plugins: {enabled: true}
                sftp:
                plugins: {gptfs_home: {path: /x, config: {}}}
                """))
        .satisfiesExactly(
            p ->
                assertThat(p)
                    .contains("'address'", "'listen' of the sections sftp, ninep and http"),
            p -> assertThat(p).contains("'max_request_body_bytes'", "so leave it out"),
            p ->
                assertThat(p).contains("'external_plugins'", "'plugin_dirs' of the section server"),
            p -> assertThat(p).contains("a further instance of gptfs is a further element"));
  }
}
