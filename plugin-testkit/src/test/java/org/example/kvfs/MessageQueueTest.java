package org.example.kvfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.synthetic.SyntheticFileSystem;
import dev.warren.testkit.TestFiles;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A message that a client does not receive is not lost. */
@Timeout(60)
class MessageQueueTest {
  private static final VfsPath SEND = TestFiles.path("/send");
  private static final VfsPath RECEIVE = TestFiles.path("/receive");

  private final FileSystem fs = new SyntheticFileSystem(new MessageQueue().directory());

  private String receive() throws FsException {
    return TestFiles.readText(fs, RECEIVE);
  }

  private OpenFile open() throws FsException {
    return fs.open(RECEIVE, OpenOptions.READ, 0);
  }

  @Test
  void messagesComeInTheirOrder() throws Exception {
    TestFiles.write(fs, SEND, "one");
    TestFiles.write(fs, SEND, "two");
    assertThat(receive()).isEqualTo("one");
    assertThat(receive()).isEqualTo("two");
  }

  @Test
  void aReaderThatOnlyOpensTakesNothing() throws Exception {
    TestFiles.write(fs, SEND, "one");
    for (int i = 0; i < 3; i++) {
      try (OpenFile file = open()) {
        assertThat(file.stat().size()).isZero();
        assertThat(fs.stat(RECEIVE).size()).isZero();
      }
    }
    assertThat(receive()).isEqualTo("one");
  }

  @Test
  void aReaderThatIsInterruptedLosesNothing() throws Exception {
    TestFiles.write(fs, SEND, "one");
    TestFiles.write(fs, SEND, "two");
    OpenFile lost = open();
    assertThat(TestFiles.read(lost)).asString().isEqualTo("one");
    lost.abort(new FsException(Errno.ECONNRESET));
    assertThat(receive()).isEqualTo("one");
    try (OpenFile early = open()) {
      early.read(ByteBuffer.allocate(1), 0);
    }
    assertThat(receive()).isEqualTo("two");
  }
}
