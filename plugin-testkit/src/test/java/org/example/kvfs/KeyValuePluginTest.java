package org.example.kvfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.Plugin;
import dev.warren.api.VfsPath;
import dev.warren.testkit.FsCall;
import dev.warren.testkit.PluginContract;
import dev.warren.testkit.TestContext;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The example in the guide is a plugin, and does what the guide says. */
class KeyValuePluginTest extends PluginContract {
  private static final Path GUIDE = Path.of("../docs/plugin-author.md");
  private static final Path SOURCES = Path.of("src/test/java/org/example/kvfs");

  @Override
  protected Plugin createPlugin() {
    return new KeyValuePlugin();
  }

  @Test
  void theGuideShowsTheSourcesAsTheyAre() throws IOException {
    String guide = Files.readString(GUIDE);
    String plugin = Files.readString(SOURCES.resolve("KeyValuePlugin.java"));
    assertThat(guide)
        .contains("```java\n" + plugin.substring(plugin.indexOf("/** Keys")) + "```\n");
    String queue = Files.readString(SOURCES.resolve("MessageQueue.java"));
    assertThat(guide)
        .contains("```java\n" + queue.substring(queue.indexOf("/** A queue")) + "```\n");
  }

  @Test
  void keysAreCreatedRenamedAndRemoved() throws IOException {
    try (FileSystem fs = TestContext.open(createPlugin(), context(), Map.of())) {
      TestFiles.write(fs, TestFiles.path("/a"), "1");
      TestFiles.write(fs, TestFiles.path("/b"), "2");
      fs.rename(TestFiles.path("/a"), TestFiles.path("/b"), true);
      assertThat(TestFiles.names(fs, VfsPath.ROOT)).containsExactly("b");
      assertThat(TestFiles.readText(fs, TestFiles.path("/b"))).isEqualTo("1");
      fs.unlink(TestFiles.path("/b"));
      assertThat(TestFiles.names(fs, VfsPath.ROOT)).isEmpty();
      fails(() -> fs.unlink(TestFiles.path("/b")), Errno.ENOENT);
      fails(() -> fs.mkdir(TestFiles.path("/d"), 0755), Errno.EPERM);
    }
  }

  private TestContext context() {
    return TestContext.in(Objects.requireNonNull(directory));
  }

  private static void fails(FsCall call, Errno expected) {
    assertThatCode(call::run)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(expected));
  }
}
