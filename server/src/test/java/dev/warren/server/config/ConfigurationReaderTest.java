package dev.warren.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.VfsPath;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.config.Secret;
import dev.warren.server.log.LogFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationReaderTest {
  @TempDir Path directory;
  private ConfigFixture fixture;

  @BeforeEach
  void create() {
    fixture = new ConfigFixture(directory);
  }

  @Test
  void missingKeysHaveDefaults() throws Exception {
    HostConfig config = fixture.read("sftp:\n");

    assertThat(config.server())
        .isEqualTo(
            new ServerSettings(
                "info",
                LogFormat.TEXT,
                Path.of("state").toAbsolutePath(),
                Duration.ofSeconds(10),
                List.of(),
                Set.of("sysfs"),
                10));
    assertThat(config.instances()).isEmpty();
    assertThat(config.frontEnds()).containsOnlyKeys("sftp");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "# a comment\n", "---\n", "{}\n", "---\n...\n"})
  void anEmptyFileIsRefused(String text) throws Exception {
    assertThat(fixture.problems(text))
        .containsExactly(
            "config.yaml: the file is empty, or holds nothing but comments; was it truncated"
                + " while being written?");
  }

  @Test
  void aFileWithoutAFrontEndIsRefused() throws Exception {
    assertThat(fixture.problems("server: {log_level: debug}\n"))
        .containsExactly(
            "config.yaml: no front end is configured, so nobody can connect; add one of the"
                + " sections sftp");
  }

  @Test
  void aDemonstrationUsesThePluginsOwnValues() throws Exception {
    String text =
        """
        sftp:
        plugins: {gptfs: {path: /a, config: {api_host: http://localhost, workers: 8}}}
        """;
    for (boolean demonstrating : new boolean[] {false, true}) {
      fixture.demonstrating = demonstrating;
      HostConfig config = fixture.read(text);
      assertThat(config.instances().getFirst().config().get(SamplePlugin.WORKERS))
          .isEqualTo(demonstrating ? 9 : 8);
    }
  }

  @Test
  void everythingIsMapped() throws Exception {
    HostConfig config =
        fixture.read(
            """
            server:
              log_level: debug
              log_format: json
              admin_plugins: [a, b]
              database_connections: 4
              state_dir: /var/lib/warren
              drain_timeout: 3s
              plugin_dirs: ["%s"]
            sftp:
            plugins:
              gptfs:
                name: gpt
                enabled: true
                path: /agents/gptfs
                config:
                  api_host: http://localhost
                  api_key: sk-1
                  workers: 8
                  timeout: 90s
                  max_file: 1MiB
                  stream: true
                  api: responses
                  models: [small, 7, 0.5, true, {name: large}]
                  headers: {x-a: b, x-n: 1}
            """
                .formatted(directory));

    assertThat(config.server())
        .isEqualTo(
            new ServerSettings(
                "debug",
                LogFormat.JSON,
                Path.of("/var/lib/warren"),
                Duration.ofSeconds(3),
                List.of(directory),
                Set.of("a", "b"),
                4));
    assertThat(config.frontEnds()).containsOnlyKeys("sftp");
    assertThat(config.frontEnds().get("sftp").get(ConfigFixture.LISTEN))
        .isEqualTo("127.0.0.1:2022");
    assertThat(config.instances()).hasSize(1);
    InstanceSettings instance = config.instances().getFirst();
    assertThat(instance.name()).isEqualTo("gpt");
    assertThat(instance.path()).isEqualTo(VfsPath.parse("/agents/gptfs"));
    assertThat(instance.label()).isEqualTo("gptfs at /agents/gptfs");
    assertThat(instance.config().get(SamplePlugin.API_KEY).reveal()).isEqualTo("sk-1");
    assertThat(instance.config().get(SamplePlugin.WORKERS)).isEqualTo(8);
    assertThat(instance.config().get(SamplePlugin.TIMEOUT)).isEqualTo(Duration.ofSeconds(90));
    assertThat(instance.config().get(SamplePlugin.MAX_FILE)).isEqualTo(1 << 20);
    assertThat(instance.config().get(SamplePlugin.STREAM)).isTrue();
    assertThat(instance.config().get(SamplePlugin.API)).isEqualTo("responses");
    assertThat(instance.config().get(SamplePlugin.MODELS))
        .isEqualTo(List.of("small", 7L, 0.5, true, Map.of("name", "large")));
    assertThat(instance.config().get(SamplePlugin.HEADERS))
        .isEqualTo(Map.of("x-a", "b", "x-n", 1L));
    assertThat(config.warnings()).isEmpty();
  }

  @Test
  void listOfInstancesAndOneSwitchedOff() throws Exception {
    HostConfig config =
        fixture.read(
            """
            sftp: {}
            plugins:
              gptfs:
                - {path: /a, config: {api_host: "x://a"}}
                - {name: two, path: /b, config: {api_host: "x://b"}}
                - {enabled: false, path: /a, config: {nonsense: "${env:NOT_SET}"}}
            """);

    assertThat(config.instances().stream().map(InstanceSettings::name))
        .containsExactly("gptfs", "two");
  }

  @Test
  void textThatYaml11WouldConvertIsUnchanged() throws Exception {
    HostConfig config =
        fixture.read(
            """
            sftp: {listen: 0755}
            plugins:
              gptfs: {name: no, path: /12:30, config: {api_host: "x://a", models: [no, 0755, 1:30]}}
            """);

    assertThat(config.frontEnds().get("sftp").get(ConfigFixture.LISTEN)).isEqualTo("0755");
    assertThat(config.instances().getFirst().name()).isEqualTo("no");
    assertThat(config.instances().getFirst().config().get(SamplePlugin.MODELS))
        .isEqualTo(List.of("no", 755L, "1:30"));
  }

  @Test
  void fiveMistakesFivePositions() throws IOException {
    assertThat(
            fixture.problems(
                """
                server:
                  log_level: verbose
                plugin:
                  x: 1
                plugins:
                  gptfs:
                    - path: agents/gptfs
                      config: {api_host: "x://a", wrokers: 8}
                    - path: /two
                      config:
                        api_host: x://a
                        timeout: soon
                """))
        .containsExactly(
            "config.yaml:2:14: server: 'log_level' must be one of error, warn, info, debug, trace,"
                + " not 'verbose'",
            "config.yaml:3:1: unknown section 'plugin', did you mean 'plugins'?; known are server,"
                + " sftp, plugins",
            "config.yaml:7:13: gptfs: 'agents/gptfs' is not an absolute, normalised path; write"
                + " '/agents/gptfs'",
            "config.yaml:8:35: gptfs: unknown key 'wrokers', did you mean 'workers'?; known are"
                + " api_host, api_key, workers, timeout, max_file, stream, api, models, headers,"
                + " local_dir, data_dir, database",
            "config.yaml:12:18: gptfs at /two: 'timeout' must be a duration such as 500ms, 10s, 5m,"
                + " 1h or 7d, not 'soon'");
  }

  @Test
  void positionsOfOtherMistakes() throws IOException {
    assertThat(
            fixture.problems(
                """
                sftp:
                  lisen: x
                  users: [a, ]
                plugins:
                  gptfs:
                    - path: /a
                      config: {workers: 4}
                    - config: {api_host: "x://a"}
                    - path: /b
                      conifg: {}
                    - path: /c
                      config:
                        api_host: nowhere
                    - path: /d
                      config:
                        api_host: x://a
                        models:
                          - good
                          - bad
                    - path: /a
                      config: {api_host: "x://a"}
                    - path: /e
                      config: {api_host: "throw"}
                    - /f
                    - path: /g
                      config: {api_host: "x://a", models: [{a: }]}
                    - path: /h/../i
                      config: {api_host: "x://a"}
                  gptsf: {path: /z}
                """))
        .containsExactly(
            "config.yaml:2:3: sftp: unknown key 'lisen', did you mean 'listen'?; known are listen,"
                + " users",
            "config.yaml:7:7: gptfs at /a: missing key 'api_host': where the model is",
            "config.yaml:8:7: gptfs: missing key 'path': where it is mounted: an absolute path",
            "config.yaml:10:7: gptfs: unknown key 'conifg', did you mean 'config'?; known are name,"
                + " enabled, path, config",
            "config.yaml:13:19: gptfs at /c: 'nowhere' is no URL",
            "config.yaml:19:13: gptfs at /d: no model is called 'bad'",
            "config.yaml:20:13: gptfs at /a: the path is taken by gptfs at /a (config.yaml:6:13);"
                + " choose another",
            "config.yaml:23:7: gptfs at /e: plugin gptfs failed in check:"
                + " java.lang.IllegalStateException: check saw throw",
            "config.yaml:24:7: gptfs: an instance is a map with path and config, but this is a"
                + " single value",
            "config.yaml:26:45: gptfs at /g: this is empty; write a value, '' for empty text, or"
                + " remove it",
            "config.yaml:27:13: gptfs: '/h/../i' is not an absolute, normalised path; write '/i'",
            "config.yaml:29:3: there is no plugin 'gptsf', did you mean 'gptfs'?; found are gptfs");
  }

  @Test
  void namesOfInstancesAreUnique() throws IOException {
    assertThat(
            fixture.problems(
                """
                sftp:
                plugins:
                  gptfs:
                    - {name: one, path: /a, config: {api_host: "x://a"}}
                    - {path: /b, config: {api_host: "x://a"}}
                    - {path: /c, config: {api_host: "x://a"}}
                    - {name: one, enabled: false, path: /d, config: {api_host: "x://a"}}
                    - {name: one, path: /e, config: {api_host: "x://a"}}
                """))
        .containsExactly(
            "config.yaml:8:14: gptfs at /e: the name is taken by gptfs at /a (config.yaml:4:14);"
                + " choose another");
  }

  @Test
  void pluginThatIsMissingButSwitchedOffIsAWarning() throws IOException {
    assertThat(fixture.problems("sftp:\nplugins:\n  streamfs: {enabled: false, path: /x}\n"))
        .containsExactly(
            "config.yaml:3:3: warning: there is no plugin 'streamfs'; found are gptfs");
  }

  @Test
  void sectionsOfTheWrongKind() throws IOException {
    assertThat(fixture.problems("server: [a]\nsftp: x\nplugins: 3\n"))
        .containsExactly(
            "config.yaml:1:9: section 'server' must be a map, but is a list",
            "config.yaml:2:7: section 'sftp' must be a map, but is a single value",
            "config.yaml:3:10: section 'plugins' must be a map, but is a single value");
    assertThat(fixture.problems("- a\n"))
        .containsExactly("config.yaml:1:1: the file must be a map of sections, but is a list");
    assertThat(fixture.problems("plugins: {gptfs: , memfs: []}\n"))
        .contains(
            "config.yaml:1:11: gptfs: an instance is a map with path and config, but this is"
                + " empty");
  }

  @Test
  void aMissingPluginDirectoryDoesNotAffectTheOthers() throws IOException {
    fixture.problems("server: {plugin_dirs: [/nowhere/at/all, '%s']}\n".formatted(directory));
    assertThat(fixture.pluginDirectories()).contains(directory);
  }

  @Test
  void missingPluginDirectory() throws IOException {
    assertThat(fixture.problems("server: {plugin_dirs: [/nowhere/at/all]}\n"))
        .containsExactly(
            "config.yaml:1:24: server: there is no directory '/nowhere/at/all'; create it or"
                + " remove it from plugin_dirs");
  }

  @Test
  void sharedAndNestedDirectoriesAreWarnings() throws IOException {
    assertThat(
            fixture.problems(
                """
                sftp:
                plugins:
                  gptfs:
                    - {path: /a, config: {api_host: "x://a", local_dir: data}}
                    - {path: /b, config: {api_host: "x://a", local_dir: data/inside}}
                    - {path: /c, config: {api_host: "x://a", local_dir: ./data/}}
                    - {path: /d, config: {api_host: "x://a", local_dir: data2}}
                """))
        .hasSize(3)
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .startsWith(
                        "config.yaml:5:57: warning: gptfs at /b: its local_dir is inside that of"
                            + " gptfs at /a"),
            second ->
                assertThat(second)
                    .startsWith(
                        "config.yaml:6:57: warning: gptfs at /c: its local_dir is that of gptfs at"
                            + " /a"),
            third ->
                assertThat(third)
                    .startsWith(
                        "config.yaml:6:57: warning: gptfs at /c: its local_dir contains that of"
                            + " gptfs at /b"));
  }

  @Test
  void missingFile() {
    assertThatThrownBy(
            () ->
                new ConfigurationReader(
                        List.of(), _ -> null, _ -> null, new dev.warren.server.log.Redactor())
                    .read(Path.of("no-such.yaml")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("no-such.yaml: there is no such file");
  }

  @ParameterizedTest
  @CsvSource({
    "state,        is the host's state directory",
    ".,            contains the host's state directory",
    "./state/..,   contains the host's state directory",
    "link,         contains the host's state directory",
    "work/queue,   is the data of gptfs at /b",
    "work,         contains the data of gptfs at /b",
    "plugins,      is a directory with plugins",
    "configs,      contains the configuration"
  })
  void privateFilesOfTheOwnerAreNotServed(String served, String expected) throws Exception {
    for (String name : List.of("state", "plugins", "configs", "work")) {
      Files.createDirectory(directory.resolve(name));
    }
    Files.createSymbolicLink(directory.resolve("link"), Path.of("."));
    Files.createSymbolicLink(directory.resolve("config.yaml"), Path.of("configs/config.yaml"));
    String text =
        """
        server: {state_dir: '%1$s/state', plugin_dirs: ['%1$s/plugins']}
        sftp:
        plugins:
          gptfs:
            - {path: /a, config: {api_host: "x://a", local_dir: '%1$s/%2$s'}}
            - {path: /b, config: {api_host: "x://a", data_dir: '%1$s/work/queue'}}
        """
            .formatted(directory, served);
    assertThat(fixture.problems(text))
        .anyMatch(p -> p.startsWith("config.yaml:5:") && p.contains("its local_dir " + expected));
    String other = text.replace("local_dir: '%s/%s'".formatted(directory, served), "");
    assertThat(fixture.problems(other)).isEmpty();
  }

  @Test
  void aDatabaseIsAUrlOrAMap() throws Exception {
    for (String written :
        List.of("jdbc:sqlite:/var/lib/jobs.db", "{url: 'jdbc:sqlite:/var/lib/jobs.db'}")) {
      HostConfig config =
          fixture.read(
              "sftp:\nplugins: {gptfs: {path: /a, config: {api_host: 'http://h', database: "
                  + written
                  + "}}}\n");
      assertThat(config.instances().getFirst().config().get(SamplePlugin.DATABASE))
          .isEqualTo(DatabaseSettings.file(Path.of("/var/lib/jobs.db")));
    }
  }

  /** Each problem has its position, and none shows a password, which is always text. */
  @Test
  void invalidDatabases() throws Exception {
    String text =
        """
        sftp:
        plugins:
          gptfs:
            - {path: /a, config: {api_host: 'http://h', database: jobs.db}}
            - {path: /b, config: {api_host: 'http://h', database: 'jdbc:mysql://h/d'}}
            - {path: /c, config: {api_host: 'http://h', database: {url: 'jdbc:sqlite:x', password: 08150815}}}
            - {path: /d, config: {api_host: 'http://h', database: {url: 'jdbc:sqlite:x', passwort: hush}}}
            - {path: /e, config: {api_host: 'http://h', database: 'jdbc:sqlite::memory:'}}
            - {path: /f, config: {api_host: 'http://h', database: 'jdbc:sqlite:x?cipher=none'}}
            - {path: /g, config: {api_host: 'http://h', database: }}
        """;
    assertThat(fixture.problems(text))
        .containsExactly(
            "config.yaml:4:59: gptfs at /a: 'database' must be a database such as"
                + " jdbc:sqlite:/var/lib/jobs.db, or {url, user, password}",
            "config.yaml:5:59: gptfs at /b: 'database': this version has no driver for 'mysql':"
                + " write jdbc:sqlite:FILE or jdbc:postgresql://HOST/NAME",
            "config.yaml:6:92: gptfs at /c: 'database': a database in a file has no user and no"
                + " password; remove them",
            "config.yaml:7:82: gptfs at /d: unknown key 'passwort', did you mean 'password'?; known"
                + " are url, user, password",
            "config.yaml:8:59: gptfs at /e: 'database': write the file's name after"
                + " 'jdbc:sqlite:', and nothing else",
            "config.yaml:9:59: gptfs at /f: 'database': a database's file name must not contain"
                + " '?', as options are not supported",
            "config.yaml:10:49: gptfs at /g: 'database' must be a database such as"
                + " jdbc:sqlite:/var/lib/jobs.db, or {url, user, password}, but it is empty");
    assertThat(fixture.redactor.redact("with 08150815")).isEqualTo("with ***password***");
  }

  @Test
  void aServersDatabaseHasItsPasswordFromOutside() throws Exception {
    fixture.environment.put("DB_PASSWORD", "s3cret-of-the-database");
    HostConfig config =
        fixture.read(
            """
            sftp:
            plugins:
              gptfs:
                path: /a
                config:
                  api_host: http://h
                  database:
                    url: jdbc:postgresql://db.example.org:5433/warren?sslrootcert=/etc/ca.pem
                    user: warren
                    password: ${env:DB_PASSWORD}
            """);
    DatabaseSettings settings = config.instances().getFirst().config().get(SamplePlugin.DATABASE);
    assertThat(settings.url())
        .isEqualTo("jdbc:postgresql://db.example.org:5433/warren?sslrootcert=/etc/ca.pem");
    assertThat(settings.user()).isEqualTo("warren");
    assertThat(settings.password()).isEqualTo(new Secret("s3cret-of-the-database"));
    assertThat(settings.toString() + config.instances()).doesNotContain("s3cret");
    assertThat(fixture.redactor.redact("with s3cret-of-the-database"))
        .isEqualTo("with ${env:DB_PASSWORD}");
  }

  @Test
  void mistakesInAServersDatabase() throws Exception {
    String text =
        """
        sftp:
        plugins:
          gptfs:
            - path: /a
              config:
                api_host: http://h
                database:
                  url: jdbc:postgresql://me:hush@h:70000/d?sslmod=require&password=hush&sslmode=on
                  user: ''
                  passwort: hush
            - path: /b
              config:
                api_host: http://h
                database: {user: me}
            - path: /c
              config:
                api_host: http://h
                database:
                  url: jdbc:postgresql://h:70000/d?sslmod=require&password=hush&sslmode=on&socketTimeout=-1
            - path: /d
              config:
                api_host: http://h
                database: jdbc:postgresql:d
        """;
    assertThat(fixture.problems(text))
        .containsExactly(
            "config.yaml:9:17: gptfs at /a: 'user' must be text that is not empty",
            "config.yaml:10:11: gptfs at /a: unknown key 'passwort', did you mean 'password'?;"
                + " known are url, user, password",
            "config.yaml:14:19: gptfs at /b: missing key 'url': jdbc:sqlite:FILE for a file,"
                + " jdbc:postgresql://HOST/NAME for a server",
            "config.yaml:19:16: gptfs at /c: 'database': behind the '//' there is no HOST or"
                + " HOST:PORT: 'h:70000': a port is at most 65535",
            "config.yaml:19:16: gptfs at /c: 'database': there is no option 'sslmod', did you mean"
                + " 'sslmode'?; there are ApplicationName, channelBinding, connectTimeout,"
                + " currentSchema, gssEncMode, hostRecheckSeconds, loadBalanceHosts,"
                + " prepareThreshold, requireAuth, socketTimeout, sslcert, sslkey, sslmode,"
                + " sslNegotiation, sslrootcert, targetServerType",
            "config.yaml:19:16: gptfs at /c: 'database': the URL is shown, and must not hold"
                + " 'password': write user and password beside it",
            "config.yaml:19:16: gptfs at /c: 'database': sslmode is one of disable, allow, prefer,"
                + " require, verify-ca, verify-full",
            "config.yaml:19:16: gptfs at /c: 'database': 'socketTimeout' is a number of seconds,"
                + " from 1 on",
            "config.yaml:19:16: gptfs at /c: 'database': a database server needs a user: write"
                + " 'user' beside the URL",
            "config.yaml:23:19: gptfs at /d: 'database': write jdbc:postgresql://HOST/NAME, or"
                + " //HOST:PORT/NAME",
            "config.yaml:23:19: gptfs at /d: 'database': a database server needs a user: write"
                + " 'user' beside the URL");
  }
}
