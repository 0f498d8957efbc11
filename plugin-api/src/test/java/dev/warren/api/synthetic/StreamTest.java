package dev.warren.api.synthetic;

import static dev.warren.api.synthetic.Trees.FILE;
import static dev.warren.api.synthetic.Trees.assertErrno;
import static dev.warren.api.synthetic.Trees.open;
import static dev.warren.api.synthetic.Trees.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Cancellation;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Files whose readers wait, using {@link Broadcast}. */
@Timeout(60)
class StreamTest {
  private final Broadcast news = new Broadcast(20);
  private final FileSystem fs = Trees.of(SyntheticFile.stream(news::subscribe));

  private static void assertEnds(Background<?> read, Errno errno) throws Exception {
    assertThat(read.failure())
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  @Test
  void aReaderWaitsForMessages() throws Exception {
    try (OpenFile file = open(fs, OpenOptions.READ)) {
      Background<String> read = Background.waiting(() -> read(file, 0));
      news.publish("one\n");
      assertThat(read.result()).isEqualTo("one\n");
      news.publish("two\n");
      news.publish("three\n");
      assertThat(read(file, 4)).isEqualTo("two\nthree\n");
      news.publish("four\n");
      news.end();
      assertThat(read(file, 14)).isEqualTo("four\n");
      assertThat(read(file, 19)).isEmpty();
      assertThat(read(file, 19)).isEmpty();
    }
  }

  @Test
  void everyReaderGetsTheMessagesSinceItsOpen() throws Exception {
    OpenFile first = open(fs, OpenOptions.READ);
    news.publish("one\n");
    OpenFile second = open(fs, OpenOptions.READ);
    news.publish("two\n");
    assertThat(read(first, 0)).isEqualTo("one\ntwo\n");
    assertThat(read(second, 0)).isEqualTo("two\n");
    assertThat(news.readers()).isEqualTo(2);
    first.close();
    second.abort(new FsException(Errno.ECONNRESET));
    assertThat(news.readers()).isZero();
  }

  @Test
  void aSmallBufferGetsAMessageInPieces() throws Exception {
    try (OpenFile file = open(fs, OpenOptions.READ)) {
      news.publish("abc");
      news.publish("de");
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 5; i++) {
        ByteBuffer one = ByteBuffer.allocateDirect(1);
        assertThat(file.read(one, i)).isEqualTo(1);
        all.append((char) one.get(0));
      }
      assertThat(all).hasToString("abcde");
      assertThat(file.read(ByteBuffer.allocate(0), 5)).as("does not wait").isZero();
    }
  }

  @Test
  void aReaderThatFallsBehindLosesTheOldestMessages() throws Exception {
    try (OpenFile file = open(fs, OpenOptions.READ)) {
      news.publish("begun-");
      file.read(ByteBuffer.allocate(2), 0);
      for (int i = 0; i < 9; i++) {
        news.publish("message" + i);
      }
      assertThat(read(file, 2)).isEqualTo("gun-message7message8");
      news.publish("a message longer than all that is kept");
      assertThat(read(file, 22)).isEqualTo("a message longer than all that is kept");
    }
  }

  @Test
  void cancellationEndsTheWait() throws Exception {
    try (OpenFile file = open(fs, OpenOptions.READ)) {
      Cancellation cancellation = new Cancellation();
      Background<String> read = Background.waiting(() -> cancellation.call(() -> read(file, 0)));
      cancellation.cancel();
      assertEnds(read, Errno.EINTR);
      assertErrno(Errno.EINTR, () -> cancellation.call(() -> read(file, 0)));
      news.publish("still there");
      assertThat(read(file, 0)).isEqualTo("still there");
    }
  }

  @Test
  void closeEndsTheWait() throws Exception {
    OpenFile file = open(fs, OpenOptions.READ);
    Background<String> read = Background.waiting(() -> read(file, 0));
    file.close();
    assertEnds(read, Errno.EINTR);
    assertErrno(Errno.EBADF, () -> read(file, 0));
  }

  @Test
  void theEndOfTheFileSystemEndsTheWait() throws Exception {
    OpenFile file = open(fs, OpenOptions.READ);
    Background<String> read = Background.waiting(() -> read(file, 0));
    fs.nonBlocking().close();
    assertEnds(read, Errno.EINTR);
    assertErrno(Errno.EBADF, file::stat);
    assertErrno(Errno.EIO, () -> open(fs, OpenOptions.READ));
    assertThat(news.readers()).isZero();
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    try (OpenFile file = open(fs, OpenOptions.READ)) {
      Background<String> read = Background.waiting(() -> read(file, 0));
      read.thread().interrupt();
      assertEnds(read, Errno.EINTR);
    }
  }

  @Test
  void readersOfOneOpenFileTakeTurns() throws Exception {
    try (OpenFile file = open(fs, OpenOptions.READ)) {
      Background<String> first = Background.waiting(() -> read(file, 0));
      Cancellation cancellation = new Cancellation();
      Background<String> second = Background.waiting(() -> cancellation.call(() -> read(file, 0)));
      Background<String> third = Background.waiting(() -> read(file, 4));
      cancellation.cancel();
      assertEnds(second, Errno.EINTR);
      news.publish("one\n");
      assertThat(first.result()).isEqualTo("one\n");
      news.publish("two\n");
      assertThat(third.result()).isEqualTo("two\n");
    }
  }

  @Test
  void closeEndsTheWaitForATurnToo() throws Exception {
    OpenFile file = open(fs, OpenOptions.READ);
    Background<String> first = Background.waiting(() -> read(file, 0));
    Background<String> second = Background.waiting(() -> read(file, 0));
    file.abort(new FsException(Errno.ECONNRESET));
    assertEnds(first, Errno.EINTR);
    assertEnds(second, Errno.EBADF);
  }

  @Test
  void aStreamIsReadForward() throws Exception {
    try (OpenFile file = open(fs, OpenOptions.READ)) {
      news.publish("one\n");
      assertThat(read(file, 9)).as("beyond what is there").isEmpty();
      assertThat(read(file, 0)).isEqualTo("one\n");
      assertErrno(Errno.ESPIPE, () -> read(file, 0));
      assertThat(file.stat().size()).isZero();
      assertThat(file.nonBlocking()).isNull();
    }
  }

  @Test
  void clientsGetTheErrorsOfTheStream() throws Exception {
    SyntheticStream broken =
        new SyntheticStream() {
          @Override
          public int read(ByteBuffer target) throws FsException {
            throw new FsException(Errno.ENOLINK, "line is cut");
          }

          @Override
          public void close() {}
        };
    FileSystem tree = Trees.of(SyntheticFile.stream(() -> broken));
    try (OpenFile file = open(tree, OpenOptions.READ)) {
      assertThatThrownBy(() -> read(file, 0)).hasMessage("line is cut");
      assertThatThrownBy(() -> read(file, 0)).as("the turn was passed").hasMessage("line is cut");
    }
    assertThat(tree.stat(FILE).version()).isZero();
  }

  @Test
  void aBacklogOfZeroIsRefused() {
    assertThatThrownBy(() -> new Broadcast(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anEmptyMessageIsNotTheEnd() throws Exception {
    try (OpenFile file = open(fs, OpenOptions.READ)) {
      news.publish("");
      news.publish("x");
      assertThat(read(file, 0)).isEqualTo("x");
    }
  }
}
