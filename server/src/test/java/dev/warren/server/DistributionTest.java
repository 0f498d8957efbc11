package dev.warren.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive as its users get it. Runs after packaging, in the phase verify. */
class DistributionTest {
  /** Matches links to files, but not links within the document or to other sites. */
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:\\s]+)(#[^)]*)?\\)");

  private static final Path TARGET = Path.of("target").toAbsolutePath();

  @TempDir static Path unpacked;
  private static Path home;

  @TempDir Path directory;

  @BeforeAll
  static void unpack() throws IOException, InterruptedException {
    Path archive;
    try (Stream<Path> files = Files.list(TARGET)) {
      archive = files.filter(f -> f.toString().endsWith(".tar.gz")).findFirst().orElseThrow();
    }
    assertThat(run(unpacked, "tar", "xzf", archive.toString())).isEmpty();
    try (Stream<Path> files = Files.list(unpacked)) {
      home =
          files
              .filter(f -> f.getFileName().toString().startsWith("warren-"))
              .findFirst()
              .orElseThrow();
    }
  }

  private static String run(Path directory, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().put("WARREN_JAVA", System.getProperty("java.home"));
    builder.environment().remove("WARREN_CONFIG");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }

  @Test
  void runsFromWhereverItIsUnpackedAndThroughASymbolicLink() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), home.resolve("bin/warren"));

    assertThat(run(Path.of("/"), home.resolve("bin/warren").toString(), "version"))
        .startsWith("warren ");
    assertThat(run(directory, link.toString(), "plugins"))
        .contains("gptfs ")
        .contains("localfs ")
        .contains("memfs ");
  }

  @Test
  void itsConfigurationIsValid() throws Exception {
    String output = run(directory, home.resolve("bin/warren").toString(), "check-config");

    assertThat(output)
        .contains("no errors")
        .containsPattern("/local +localfs")
        .containsPattern("/tmp +memfs")
        .containsPattern("/sys +sysfs")
        .containsPattern("/agents/gptfs +gptfs")
        .contains("ninep")
        .contains("sftp")
        .doesNotContain("warning");
  }

  @Test
  void everyLibraryIsInTheListOfLicences() throws Exception {
    Set<String> listed =
        Files.readAllLines(home.resolve("THIRD-PARTY.md")).stream()
            .filter(line -> line.startsWith("| ") && line.contains("https://"))
            .map(line -> line.split("\\|", -1)[1].strip())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> contained;
    try (Stream<Path> files = Files.walk(home)) {
      contained =
          files
              .map(f -> f.getFileName().toString())
              .filter(name -> name.endsWith(".jar") && !name.startsWith("warren-"))
              .map(name -> name.replaceFirst("-[0-9][0-9A-Za-z.]*(-linux-[a-z0-9_]+)?\\.jar$", ""))
              .collect(Collectors.toCollection(TreeSet::new));
    }
    assertThat(listed).isEqualTo(contained);
  }

  /**
   * A hardened host can load the library only from here: it executes no file that the process has
   * written itself.
   */
  @Test
  void theNativeLibraryOfSqliteIsUnpacked() throws Exception {
    for (String machine : List.of("x86_64", "aarch64")) {
      assertThat(home.resolve("lib/native/Linux").resolve(machine).resolve("libsqlitejdbc.so"))
          .isNotEmptyFile();
    }
  }

  /** In this test, there is no directory into which the driver could unpack its library. */
  @Test
  void aDatabaseOpensWhereNothingCanBeUnpacked() throws Exception {
    Path probe =
        Files.writeString(
            directory.resolve("Probe.java"),
            """
            void main(String[] arguments) throws Exception {
              var databases = new dev.warren.database.Databases();
              var file = java.nio.file.Path.of(arguments[0]);
              var settings = dev.warren.api.config.DatabaseSettings.file(file);
              try (var database = databases.open(settings);
                  var connection = database.getConnection()) {
                System.out.println(connection.getMetaData().getDatabaseProductName());
              }
              java.nio.file.Files.readAllLines(java.nio.file.Path.of("/proc/self/maps")).stream()
                  .filter(line -> line.contains("sqlitejdbc"))
                  .map(line -> line.substring(line.indexOf('/')))
                  .distinct()
                  .forEach(System.out::println);
              System.exit(0);
            }
            """);
    String output =
        run(
            directory,
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Dwarren.home=" + home,
            "-Djava.io.tmpdir=" + directory.resolve("missing"),
            "-cp",
            home.resolve("lib") + "/*",
            probe.toString(),
            directory.resolve("jobs.db").toString());

    assertThat(output)
        .contains("SQLite")
        .contains(home.toRealPath().resolve("lib/native/Linux").toString());
  }

  @Test
  void linksInItsDocumentsAreValid() throws Exception {
    List<Path> documents;
    try (Stream<Path> files = Files.walk(home)) {
      documents = files.filter(f -> f.toString().endsWith(".md")).toList();
    }
    int links = 0;
    for (Path document : documents) {
      Matcher link = LINK.matcher(Files.readString(document));
      while (link.find()) {
        links++;
        assertThat(document.resolveSibling(link.group(1)))
            .as("%s in %s", link.group(1), home.relativize(document))
            .exists();
      }
    }
    assertThat(links).isGreaterThan(20);
  }

  /** Vulnerability scanners and SBOMs identify a library by its checksum. */
  @Test
  void everyLibraryIsTheFileThatItsAuthorsPublish() throws Exception {
    Map<String, Path> published = new HashMap<>();
    String classPath = System.getProperty("java.class.path");
    for (String jar : classPath.split(File.pathSeparator, -1)) {
      published.put(Path.of(jar).getFileName().toString(), Path.of(jar));
    }
    List<Path> libraries;
    try (Stream<Path> files = Files.walk(home)) {
      libraries =
          files
              .filter(f -> f.toString().endsWith(".jar"))
              .filter(f -> !f.getFileName().toString().startsWith("warren-"))
              .toList();
    }
    assertThat(libraries).hasSizeGreaterThan(40);
    for (Path library : libraries) {
      assertThat(published).containsKey(library.getFileName().toString());
      assertThat(Files.mismatch(library, published.get(library.getFileName().toString())))
          .as("%s", library)
          .isEqualTo(-1);
    }
  }

  @Test
  void pluginsDoNotContainWhatTheHostProvides() throws Exception {
    try (Stream<Path> files = Files.walk(home.resolve("plugins"))) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .noneMatch(name -> name.startsWith("slf4j") || name.startsWith("jspecify"))
          .noneMatch(name -> name.startsWith("warren-plugin-api"));
    }
    for (String name : List.of("LICENSE", "README.md", "config.yaml", "docs/plugin-author.md")) {
      assertThat(home.resolve(name)).isNotEmptyFile();
    }
  }
}
