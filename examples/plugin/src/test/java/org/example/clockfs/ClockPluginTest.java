package org.example.clockfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.Plugin;
import dev.warren.testkit.PluginContract;
import dev.warren.testkit.TestContext;
import dev.warren.testkit.TestFiles;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of every plugin, and tests of what is specific to this one. */
class ClockPluginTest extends PluginContract {
  @Override
  protected Plugin createPlugin() {
    return new ClockPlugin();
  }

  @Test
  void theZoneIsChangedByWritingIt(@TempDir Path state) throws Exception {
    try (FileSystem fs =
        TestContext.open(createPlugin(), TestContext.in(state), Map.of("zone", "Europe/Berlin"))) {
      assertThat(TestFiles.readText(fs, TestFiles.path("/now"))).contains("[Europe/Berlin]");
      TestFiles.write(fs, TestFiles.path("/zone"), "Asia/Tokyo\n");
      assertThat(TestFiles.readText(fs, TestFiles.path("/now"))).contains("[Asia/Tokyo]");
    }
  }

  @Test
  void anUnknownZoneIsAnError(@TempDir Path state) {
    assertThatThrownBy(
            () ->
                TestContext.open(
                    createPlugin(), TestContext.in(state), Map.of("zone", "Mars/Base")))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL))
        .hasMessageContaining("Mars/Base");
  }
}
