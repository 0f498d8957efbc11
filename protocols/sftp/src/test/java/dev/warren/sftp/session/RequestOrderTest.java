package dev.warren.sftp.session;

import static dev.warren.sftp.session.InMemorySession.packet;
import static dev.warren.sftp.session.InMemorySession.string;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Errno;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.ForwardingOpenFile;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.sftp.wire.MessageType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A file that accepts commands and refuses them: the client gets the reason, and no bad message.
 */
class RequestOrderTest {
  private static final int CREATE_AND_WRITE = 0x1a;
  private static final int FAILURE = 4;
  private static final String REASON = "there is no order 'dance'";

  private final InMemorySession session =
      new InMemorySession(
          new ForwardingFileSystem(new MemoryFileSystem()) {
            @Override
            public OpenFile open(VfsPath path, OpenOptions options, int permissions)
                throws FsException {
              return new Orders(super.open(path, options, permissions));
            }
          });

  private static final class Orders extends ForwardingOpenFile {
    Orders(OpenFile delegate) {
      super(delegate);
    }

    @Override
    public int write(ByteBuffer source, long offset) throws FsException {
      throw new FsException(Errno.EINVAL, REASON);
    }

    @Override
    public void close() throws FsException {
      super.close();
      throw new FsException(Errno.EILSEQ, "not UTF-8");
    }

    @Override
    public @Nullable OpenFile nonBlocking() {
      return null;
    }
  }

  @Test
  void aRefusedCommandIsAFailureWithTheReason() throws IOException {
    byte[] handle = session.initialised().open("/ctl", CREATE_AND_WRITE);
    byte[] written =
        session.exchange(
            packet(
                MessageType.WRITE,
                out -> {
                  out.writeInt(1);
                  string(out, handle);
                  out.writeLong(0);
                  string(out, "dance\n");
                }));
    assertThat(InMemorySession.status(written)).isEqualTo(FAILURE);
    assertThat(new String(written, StandardCharsets.UTF_8)).contains("/ctl: " + REASON);
    byte[] closed =
        session.exchange(
            packet(
                MessageType.CLOSE,
                out -> {
                  out.writeInt(2);
                  string(out, handle);
                }));
    assertThat(InMemorySession.status(closed)).isEqualTo(FAILURE);
    assertThat(new String(closed, StandardCharsets.UTF_8)).contains("/ctl: not UTF-8");
  }
}
