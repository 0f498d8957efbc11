package dev.warren.server.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.server.config.ConfigurationReader;
import dev.warren.server.log.LogMemory;
import dev.warren.server.log.Redactor;
import dev.warren.server.plugin.PluginLoader;
import dev.warren.server.plugin.TestPlugins;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeLoopTest {
  @TempDir Path directory;
  private final RecordingPlugin plugin = new RecordingPlugin();
  private final DirectFrontEnd frontEnd = new DirectFrontEnd();
  private final long logStart = LogMemory.PROCESS.end();
  private final Thread.UncaughtExceptionHandler before =
      Thread.getDefaultUncaughtExceptionHandler();

  @AfterEach
  void restore() {
    Thread.setDefaultUncaughtExceptionHandler(before);
  }

  private String log() {
    ByteBuffer text = ByteBuffer.allocate(1 << 20);
    LogMemory.PROCESS.read(logStart, text);
    return UTF_8.decode(text.flip()).toString();
  }

  private Host.Parts parts(Path file) {
    return new Host.Parts(
        file,
        new ConfigurationReader(
            List.of(frontEnd), _ -> TestPlugins.of(plugin), _ -> null, new Redactor()),
        new PluginLoader(List.of()),
        "1");
  }

  /** Returns when a thread has ended by an exception. */
  private static void doomed() {
    Thread thread =
        Thread.ofPlatform()
            .name("doomed")
            .start(
                () -> {
                  throw new IllegalStateException("nobody\ncatches it");
                });
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aFailureAfterTheStartEndsTheHostInOrderAndIsNoSuccess() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("config.yaml"),
            "server: {state_dir: '%s', drain_timeout: 0s}\ndirect:\nplugins: {recording: {path: /a}}\n"
                .formatted(directory.resolve("state")));
    ServeLoop loop =
        new ServeLoop(
            parts(file),
            false,
            _ -> {
              throw new IllegalStateException("nowhere to print");
            });
    assertThatThrownBy(loop::run)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("nowhere to print");
    assertThat(plugin.events).containsExactly("open /a", "close /a");
    assertThat(frontEnd.events).containsExactly("start here", "drain here", "close here");
  }

  @Test
  void exceptionsThatEndAThreadOfTheHostAreLogged() throws Exception {
    Thread.setDefaultUncaughtExceptionHandler(null);
    Path file =
        Files.writeString(
            directory.resolve("config.yaml"),
            "server: {state_dir: '%s', drain_timeout: 0s}\ndirect:\n"
                .formatted(directory.resolve("state")));
    ServeLoop loop =
        new ServeLoop(
            parts(file),
            false,
            _ -> {
              doomed();
              throw new IllegalStateException("enough");
            });
    assertThatThrownBy(loop::run).hasMessage("enough");
    assertThat(log())
        .contains("ERROR UncaughtExceptions: thread 'doomed' has ended: ")
        .contains("nobody\\ncatches it");
  }

  @Test
  void aRemovedStateDirectoryIsReportedOnce() throws Exception {
    Path state = Files.createDirectory(directory.resolve("state"));
    try (StateLock lock = StateLock.take(state);
        StateWatch watch = new StateWatch(state, lock)) {
      watch.look();
      assertThat(log()).doesNotContain(state.toString());
      Files.delete(state.resolve("lock"));
      Files.delete(state);
      watch.look();
      watch.look();
      assertThat(log())
          .containsOnlyOnce("the state directory " + state + " was removed or replaced");
      Files.createDirectory(state);
      Files.createFile(state.resolve("lock")); // the lock of another host
      watch.look();
      assertThat(log()).doesNotContain("is back");
    }
  }
}
