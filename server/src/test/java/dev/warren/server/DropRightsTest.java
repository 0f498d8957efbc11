package dev.warren.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The capabilities that the launcher leaves to a host started by root; other users have none to
 * drop.
 */
class DropRightsTest {
  private static final String SCRIPT =
      """
      . "$0" && drop_rights serve "$1" && exec $drop grep CapEff /proc/self/status
      """;

  @TempDir Path home;

  private long capabilities(String configuration, Map<String, String> environment)
      throws Exception {
    Path file = Files.writeString(home.resolve("c.yaml"), configuration);
    ProcessBuilder builder =
        new ProcessBuilder(
            "sh",
            "-c",
            SCRIPT,
            Path.of("src/dist/lib/drop-rights.sh").toAbsolutePath().toString(),
            file.toString());
    builder.directory(home.toFile()).environment().remove("WARREN_CONFIG");
    builder.environment().putAll(environment);
    Process process = builder.start();
    String line = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(process.waitFor()).as(line).isZero();
    return Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16);
  }

  @Test
  void capabilitiesThatNoMountNeedsAreDropped() throws Exception {
    long root = (Integer) Files.getAttribute(home, "unix:uid") == 0 ? -1 : 0;
    assertThat(capabilities("a: host", Map.of())).isEqualTo(root & 0x8000_041fL);
    assertThat(capabilities("identity: caller", Map.of())).isEqualTo(root & 0x8000_04dfL);
    assertThat(capabilities("identity: client", Map.of())).isEqualTo(root & 0x8000_04dfL);
    assertThat(capabilities("devices: true", Map.of())).isEqualTo(root & 0x8800_041fL);
    assertThat(capabilities("a: client, devices", Map.of())).isEqualTo(root & 0x8000_041fL);
    assertThat(capabilities("a: host", Map.of("WARREN_CAPABILITIES", "+sys_admin")))
        .isEqualTo(root & 0x8020_041fL);
  }
}
