package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostLockTest {
  @TempDir Path directory;

  private static String mode(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void whatIsMadeIsTheOwnersAlone() throws Exception {
    Path data = directory.resolve("data");
    try (HostLock lock = HostLock.take(data.resolve(".gptfs/lock"))) {
      assertThat(lock).isNotNull();
      assertThat(mode(data)).isEqualTo("rwx------");
      assertThat(mode(data.resolve(".gptfs"))).isEqualTo("rwx------");
      assertThat(mode(data.resolve(".gptfs/lock"))).isEqualTo("rw-------");
    }
  }

  @Test
  void whatWasMadeForOthersIsTakenFromThem() throws Exception {
    Path hidden = Files.createDirectory(directory.resolve(".gptfs"));
    Files.setPosixFilePermissions(hidden, PosixFilePermissions.fromString("rwxrwxrwx"));
    try (HostLock lock = HostLock.take(hidden.resolve("lock"))) {
      assertThat(lock).isNotNull();
      assertThat(mode(hidden)).isEqualTo("rwx------");
      assertThatThrownBy(() -> HostLock.take(hidden.resolve("lock")))
          .hasMessageContaining("another gptfs uses this data_dir");
    }
  }
}
