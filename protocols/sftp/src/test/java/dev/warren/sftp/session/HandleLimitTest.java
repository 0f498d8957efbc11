package dev.warren.sftp.session;

import static dev.warren.sftp.session.InMemorySession.openRequest;
import static dev.warren.sftp.session.InMemorySession.packet;
import static dev.warren.sftp.session.InMemorySession.status;
import static dev.warren.sftp.session.InMemorySession.string;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.sftp.wire.MessageType;
import dev.warren.testkit.RecordingFileSystem;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** A client that never stops opening files, with the default limit. */
class HandleLimitTest {
  private static final int OPENS = 100_000;
  private static final int LIMIT = 512;
  private static final int FAILURE = 4;
  private static final int READ = 0x01;
  private static final int WRITE_CREATE = 0x0A;

  private final RecordingFileSystem files = new RecordingFileSystem(new MemoryFileSystem());
  private final InMemorySession session =
      new InMemorySession(files, false, 32_768, LIMIT, Limits.MAX_CONTENT);

  /** A file whose open is refused is not even created, and no memory is kept for it. */
  @Test
  void aHundredThousandOpensDoNotExceedTheLimit() throws IOException {
    session.initialised();
    byte[] last = {};
    for (int i = 0; i < LIMIT; i++) {
      last = session.open("/f" + i, WRITE_CREATE);
    }
    for (int i = LIMIT; i < OPENS; i++) {
      assertThat(status(session.exchange(openRequest("/f" + i, WRITE_CREATE)))).isEqualTo(FAILURE);
    }
    assertThat(session.activity.openHandles()).isEqualTo(LIMIT);
    assertThat(files.openHandles()).isEqualTo(LIMIT);
    assertThat(TestFiles.names(files, VfsPath.ROOT)).hasSize(LIMIT);
    close(last);
    assertThat(session.open("/again", WRITE_CREATE)).hasSize(HandleTable.HANDLE_BYTES);
  }

  /** The table grows with the handles open at the same time, not with all that were ever opened. */
  @Test
  void aHundredThousandClosedHandlesShareAFewSlots() throws IOException {
    session.initialised();
    TestFiles.write(files, TestFiles.path("/f"), "content");
    for (int i = 0; i < OPENS; i++) {
      byte[] handle = session.open("/f", READ);
      assertThat(ByteBuffer.wrap(handle).getInt()).isZero();
      close(handle);
    }
    assertThat(files.openHandles()).isZero();
  }

  private void close(byte[] handle) throws IOException {
    byte[] reply =
        session.exchange(
            packet(
                MessageType.CLOSE,
                out -> {
                  out.writeInt(1);
                  string(out, handle);
                }));
    assertThat(status(reply)).isZero();
  }
}
