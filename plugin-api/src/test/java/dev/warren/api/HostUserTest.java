package dev.warren.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class HostUserTest {
  @Test
  @EnabledOnOs(OS.LINUX) // on other systems, Java reports no uid
  void itIsTheOwnerOfFilesThatTheProcessCreates(@TempDir Path directory) throws Exception {
    Path file = Files.createFile(directory.resolve("mine"));
    assertThat(HostUser.current().uid()).isEqualTo(Files.getAttribute(file, "unix:uid"));
    assertThat(HostUser.current().gid()).isEqualTo(Files.getAttribute(file, "unix:gid"));
  }
}
