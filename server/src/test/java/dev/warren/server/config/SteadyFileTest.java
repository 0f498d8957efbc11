package dev.warren.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SteadyFileTest {
  @TempDir Path directory;

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("config.yaml"), text);
  }

  /** Each pause overwrites the file with the next of these texts. */
  private SteadyFile.Pause writing(String... texts) {
    Deque<String> left = new ArrayDeque<>(List.of(texts));
    return () -> {
      if (!left.isEmpty()) {
        try {
          file(left.remove());
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      }
    };
  }

  @Test
  void aFileThatIsBeingWrittenIsReadWhenItIsComplete() throws Exception {
    byte[] content = SteadyFile.read(file(""), 100, writing("ab", "abc"));
    assertThat(content).asString().isEqualTo("abc");
  }

  @Test
  void aFileThatKeepsChangingIsRefused() throws Exception {
    AtomicInteger writes = new AtomicInteger();
    Path file = file("");
    assertThatThrownBy(
            () ->
                SteadyFile.read(
                    file,
                    100,
                    () -> {
                      try {
                        file("text " + writes.incrementAndGet());
                      } catch (IOException e) {
                        throw new IllegalStateException(e);
                      }
                    }))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("it is being written");
  }

  @Test
  void anOldFileIsReadOnce() throws Exception {
    Path file = file("old");
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    byte[] content = SteadyFile.read(file, 100, writing("new"));
    assertThat(content).asString().isEqualTo("old");
  }

  @Test
  void aFileThatIsTooLargeIsNotRead() throws Exception {
    Path file = file("x".repeat(1025));
    assertThatThrownBy(() -> SteadyFile.read(file, 1024, () -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("it has more than");
  }
}
