package dev.warren.server.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a process of its own: Netty reads the id once. */
@Tag("slow")
class MachineIdTest {
  @Test
  void channelsAreNotNamedByANetworkCard(@TempDir Path directory) throws Exception {
    Path config =
        Files.writeString(
            directory.resolve("config.yaml"),
            "server: {state_dir: '%s'}\nhttp: {listen: '127.0.0.1:0'}\n"
                .formatted(directory.resolve("state")));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process process =
        new ProcessBuilder(
                java.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                HttpOnlyMain.class.getName(),
                config.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).containsPattern("(?m)^channel 000000000000-");
  }
}
