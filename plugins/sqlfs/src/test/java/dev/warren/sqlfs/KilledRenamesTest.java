package dev.warren.sqlfs;

import static dev.warren.testkit.TestFiles.path;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileSystem;
import dev.warren.api.VfsPath;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.sqlfs.check.Check;
import dev.warren.testkit.TestContext;
import dev.warren.testkit.TestFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A host is killed in the middle of renames. Afterwards each file has its old name or its new one,
 * never both or neither, and no completed rename is lost.
 */
@Tag("slow")
class KilledRenamesTest {
  /** The exit status of a process that SIGKILL has ended. */
  private static final int KILLED = 128 + 9;

  @TempDir @Nullable Path directory;

  DatabaseSettings settings() throws Exception {
    return TestHost.sqlite(directory());
  }

  private Path directory() {
    return Objects.requireNonNull(directory, "set by JUnit");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 30, 100})
  void eachNameIsOldOrNew(int renames) throws Exception {
    DatabaseSettings settings = settings();
    boolean other = settings.file().isEmpty(); // another host runs all the time
    try (TestContext context = TestContext.in(directory())) {
      FileSystem fs = open(context, settings);
      try {
        RenamingChild.prepare(fs);
        if (!other) {
          fs.close();
        }
        Map<String, Integer> ended = renameUntilKilled(settings, renames);
        if (!other) {
          fs = open(context, settings);
        }
        // Waits until the server has ended the killed host's transaction.
        fs.mkdir(path("/now"), 0755);
        for (int i = 0; i < RenamingChild.THREADS; i++) {
          verify(fs, i, ended);
        }
      } finally {
        fs.close();
      }
      try (Connection connection = context.database(settings).getConnection()) {
        assertThat(Check.problems(connection)).isEmpty();
      }
    }
  }

  private static FileSystem open(TestContext context, DatabaseSettings settings)
      throws IOException {
    return TestHost.open(context, settings, TestHost.settings(TestHost.forgetful()));
  }

  /**
   * Runs the child until a number of its renames have ended, and kills it; returns the number of
   * completed renames of each file.
   */
  private Map<String, Integer> renameUntilKilled(DatabaseSettings settings, int renames)
      throws Exception {
    Path log = directory().resolve("child.log");
    Process child =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    RenamingChild.class.getName(),
                    Files.createDirectory(directory().resolve("child")).toString(),
                    settings.url()))
            .redirectError(log.toFile())
            .start();
    Map<String, Integer> ended = new HashMap<>();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(child.getInputStream(), US_ASCII))) {
      int seen = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ", -1);
        ended.put(words[0], Integer.parseInt(words[1]));
        seen++;
        if (seen == renames) {
          // Unlike Process.destroyForcibly, this closes no stream.
          child.toHandle().destroyForcibly();
        }
      }
    } finally {
      child.destroyForcibly();
    }
    assertThat(child.waitFor()).as(() -> "the child's log is in " + log).isEqualTo(KILLED);
    return ended;
  }

  private static void verify(FileSystem fs, int number, Map<String, Integer> ended)
      throws IOException {
    assertThat(TestFiles.readText(fs, place(fs, "file-" + number, ended)))
        .isEqualTo("file " + number);
    assertThat(TestFiles.readText(fs, place(fs, "dir-" + number, ended).resolve("in")))
        .isEqualTo("in " + number);
    String kept = "kept-" + number;
    int before = ended.getOrDefault(kept, 0);
    int now = Integer.parseInt(TestFiles.readText(fs, path("/" + kept)));
    assertThat(now).as(kept).isBetween(before, before + 1);
    if (now > before) {
      assertThat(TestFiles.exists(fs, path("/new-" + number))).as("the old name").isFalse();
    }
  }

  /**
   * The path of a file: the one after its last completed rename, or the one after the next rename.
   */
  private static VfsPath place(FileSystem fs, String name, Map<String, Integer> ended)
      throws IOException {
    List<VfsPath> places = new ArrayList<>();
    for (VfsPath directory : List.of(path("/a"), path("/b"))) {
      for (String each : TestFiles.names(fs, directory)) {
        if (each.startsWith(name + ".")) {
          places.add(directory.resolve(each));
        }
      }
    }
    int before = ended.getOrDefault(name, 0);
    assertThat(places)
        .singleElement()
        .isIn(RenamingChild.after(name, before), RenamingChild.after(name, before + 1));
    return places.getFirst();
  }
}
