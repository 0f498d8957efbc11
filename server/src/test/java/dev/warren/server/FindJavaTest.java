package dev.warren.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code lib/find-java.sh}, which runs before each start. */
class FindJavaTest {
  private static final Path SCRIPT = Path.of("src/dist/lib/find-java.sh").toAbsolutePath();

  @TempDir Path home;

  /** Creates a fake Java that reports that it was started. */
  private void java(String release) throws IOException {
    Path command = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.writeString(command, "#!/bin/sh\necho STARTED\necho 'openjdk version \"25\"' >&2\n");
    assertThat(command.toFile().setExecutable(true)).isTrue();
    if (!release.isEmpty()) {
      Files.writeString(home.resolve("release"), release);
    }
  }

  private String run(String options, String commands) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("sh", options, ". '%s'; %s".formatted(SCRIPT, commands))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output.strip();
  }

  @ParameterizedTest
  @CsvSource({
    "25, yes",
    "25.0.3, yes",
    "26-ea, yes",
    "100.1, yes",
    "24.0.2, no",
    "1.8.0_302, no",
    "'', no"
  })
  void theReleaseFileContainsTheVersion(String version, String suits) throws Exception {
    java("IMPLEMENTOR=\"25\"\nJAVA_VERSION=\"" + version + "\"\nLIBC=\"gnu\"");
    assertThat(run("-euc", "if java_suits '%s'; then echo yes; else echo no; fi".formatted(home)))
        .isEqualTo(suits);
  }

  @Test
  void aJavaWithoutAReleaseFileIsAskedForItsVersion() throws Exception {
    java("");
    assertThat(run("-euc", "java_suits '%s' && echo yes".formatted(home))).isEqualTo("yes");
  }

  /**
   * If it were not ignored, the launcher would use /bin/java, which on most machines is a link to
   * one in another directory.
   */
  @Test
  void anUnsetJavaHomeIsIgnored() throws Exception {
    java("JAVA_VERSION=\"25\"\n");
    assertThat(
            run(
                "-euxc",
                "unset JAVA_HOME WARREN_JAVA; PATH='%s/bin':$PATH; find_java && echo \"at $java_home\""
                    .formatted(home)))
        .endsWith("at " + home.toRealPath())
        .doesNotContain("-version", "STARTED");
  }
}
