package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.FileSystem;
import dev.warren.localfs.LocalfsPlugin;
import dev.warren.testkit.TestContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostLockTest {
  @TempDir Path directory;

  private static String mode(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void createdDirectoriesAreAccessibleToTheOwnerOnly() throws Exception {
    Path data = directory.resolve("data");
    try (HostLock lock = HostLock.take(data.resolve(".gptfs/lock"), "data_dir")) {
      assertThat(lock).isNotNull();
      assertThat(mode(data)).isEqualTo("rwx------");
      assertThat(mode(data.resolve(".gptfs"))).isEqualTo("rwx------");
      assertThat(mode(data.resolve(".gptfs/lock"))).isEqualTo("rw-------");
    }
  }

  @Test
  void existingDirectoriesAreRestrictedToTheOwner() throws Exception {
    Path hidden = Files.createDirectory(directory.resolve(".gptfs"));
    Files.setPosixFilePermissions(hidden, PosixFilePermissions.fromString("rwxrwxrwx"));
    HostLock.makePrivate(hidden);
    try (HostLock lock = HostLock.take(hidden.resolve("lock"), "data_dir")) {
      assertThat(lock).isNotNull();
      assertThat(mode(hidden)).isEqualTo("rwx------");
      assertThatThrownBy(() -> HostLock.take(hidden.resolve("lock"), "data_dir"))
          .hasMessageContaining("another gptfs uses this data_dir");
    }
  }

  @Test
  void anExistingDataDirectoryIsRestrictedToTheOwner() throws Exception {
    Path data = accessible("data");
    try (FileSystem opened = open(Map.of("demo", "true", "data_dir", data.toString()))) {
      assertThat(opened).isNotNull();
      assertThat(mode(data)).isEqualTo("rwx------");
      assertThat(mode(data.resolve(".gptfs"))).isEqualTo("rwx------");
    }
  }

  /** The directory may serve other purposes as well. */
  @Test
  void theDirectoryOfAnInnerFileSystemStaysAsItIs() throws Exception {
    Path files = accessible("files");
    Map<String, Object> inner =
        Map.of("plugin", "localfs", "config", Map.of("local_dir", files.toString()));
    try (FileSystem opened = open(Map.of("demo", "true", "inner", inner))) {
      assertThat(opened).isNotNull();
      assertThat(mode(files)).isEqualTo("rwxrwxrwx");
      assertThat(mode(files.resolve(".gptfs"))).isEqualTo("rwx------");
    }
  }

  /** Creates a directory that every user can access. */
  private Path accessible(String name) throws Exception {
    Path made = Files.createDirectory(directory.resolve(name));
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxrwxrwx"));
    return made;
  }

  @Test
  @Tag("slow")
  void nothingOfGptfsIsAccessibleToOthersWhateverTheUmask() throws Exception {
    Path data = directory.resolve("data");
    Process host =
        new ProcessBuilder(
                "sh",
                "-c",
                "umask 000; exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                CrashChild.class.getName(),
                data.toString(),
                "http://127.0.0.1:1/v1/chat/completions",
                CrashPoint.AFTER_SETTLING_IS_KEPT.name())
            .inheritIO()
            .start();
    assertThat(host.waitFor()).isEqualTo(CrashChild.HALTED);
    assertThat(mode(data)).isEqualTo("rwx------");
    assertThat(mode(data.resolve(".gptfs"))).isEqualTo("rwx------");
    try (Stream<Path> all = Files.walk(data.resolve(".gptfs"))) {
      List<Path> written = all.filter(Files::isRegularFile).toList();
      assertThat(written)
          .extracting(path -> path.getFileName().toString())
          .contains("jobs.db", "jobs.db-wal", "jobs.db-shm", "lock");
      for (Path file : written) {
        assertThat(mode(file)).as(file.toString()).isEqualTo("rw-------");
      }
    }
  }

  /** The directory of the database need not belong to gptfs. */
  @Test
  void theDirectoryOfADatabaseStaysAsItIs() throws Exception {
    Path shared = Files.createDirectory(directory.resolve("shared"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
    Map<String, Object> config = new HashMap<>();
    config.put("demo", "true");
    config.put("data_dir", directory.resolve("data").toString());
    config.put("database", "jdbc:sqlite:" + shared.resolve("jobs.db"));
    try (FileSystem opened = open(config)) {
      assertThat(opened).isNotNull();
      assertThat(mode(shared)).isEqualTo("rwxrwxrwx");
      assertThat(mode(shared.resolve("jobs.db"))).isEqualTo("rw-------");
      assertThat(mode(shared.resolve("jobs.db.lock"))).isEqualTo("rw-------");
      assertThat(mode(directory.resolve("data/.gptfs"))).isEqualTo("rwx------");
    }
  }

  @Test
  void aDirectoryThatAnotherPluginIsGivenIsLockedAsWell() throws Exception {
    Path data = Files.createDirectory(directory.resolve("data"));
    Map<String, Object> config = new HashMap<>();
    config.put("demo", "true");
    config.put(
        "inner", Map.of("plugin", "localfs", "config", Map.of("local_dir", data.toString())));
    try (FileSystem first = open(config)) {
      assertThat(first).isNotNull();
      assertThatThrownBy(() -> open(config)).hasMessageContaining("another gptfs uses");
      config.remove("inner");
      config.put("data_dir", data.toString());
      assertThatThrownBy(() -> open(config)).hasMessageContaining("another gptfs uses");
    }
    open(config).close();
  }

  private FileSystem open(Map<String, Object> config) throws Exception {
    return TestContext.open(
        new GptfsPlugin(), TestContext.in(directory, new LocalfsPlugin()), config);
  }
}
