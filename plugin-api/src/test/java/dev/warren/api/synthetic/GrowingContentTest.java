package dev.warren.api.synthetic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class GrowingContentTest {
  private final StringBuilder log = new StringBuilder("one\n");
  private final GrowingContent content =
      new GrowingContent() {
        @Override
        public long size() {
          return log.length();
        }

        @Override
        public Instant modified() {
          return Instant.ofEpochSecond(log.length());
        }

        @Override
        public int read(ByteBuffer target, long offset) {
          byte[] rest = log.substring((int) Math.min(offset, log.length())).getBytes(UTF_8);
          int count = Math.min(rest.length, target.remaining());
          target.put(rest, 0, count);
          return count;
        }
      };
  private final SyntheticFileSystem fs =
      new SyntheticFileSystem(
          SyntheticDirectory.fixed().with("log", SyntheticFile.growing(content)));

  @Test
  void anOpenFileSeesNewContent() throws FsException {
    VfsPath path = VfsPath.parse("/log");
    try (OpenFile file = fs.open(path, OpenOptions.READ, 0)) {
      assertThat(read(file, 0)).isEqualTo("one\n");
      assertThat(read(file, 4)).isEmpty();
      log.append("two\n");
      assertThat(file.stat().size()).isEqualTo(8);
      assertThat(read(file, 4)).isEqualTo("two\n");
    }
    assertThat(fs.stat(path).size()).isEqualTo(8);
    assertThat(fs.stat(path).modifyTime()).isEqualTo(Instant.ofEpochSecond(8));
    assertThat(fs.stat(path).version()).isZero();
  }

  @Test
  void neverBlocks() throws FsException {
    try (OpenFile file = fs.nonBlocking().open(VfsPath.parse("/log"), OpenOptions.READ, 0)) {
      assertThat(file.nonBlocking()).isSameAs(file);
    }
  }

  private static String read(OpenFile file, long offset) throws FsException {
    ByteBuffer buffer = ByteBuffer.allocate(100);
    file.read(buffer, offset);
    return new String(buffer.array(), 0, buffer.position(), UTF_8);
  }
}
