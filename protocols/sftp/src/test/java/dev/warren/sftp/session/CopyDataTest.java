package dev.warren.sftp.session;

import static dev.warren.sftp.session.InMemorySession.packet;
import static dev.warren.sftp.session.InMemorySession.status;
import static dev.warren.sftp.session.InMemorySession.string;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.ForwardingOpenFile;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.sftp.wire.MessageType;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** OpenSSH's copy-data, in which the length 0 means to the end of the file. */
class CopyDataTest {
  private static final int WRITE_CREATE = 0x1a;

  @Test
  void aCopyInPiecesIsComplete() throws IOException {
    FileSystem files = new InPieces(new MemoryFileSystem(), 1000);
    TestFiles.write(files, TestFiles.path("/from"), "x".repeat(10_500));
    assertThat(copy(new InMemorySession(files))).isZero();
    assertThat(files.stat(TestFiles.path("/to")).size()).isEqualTo(10_500);
  }

  @Test
  void aFullDiskIsAnError() throws IOException {
    FileSystem files = new MemoryFileSystem(60 * 1024, InstantSource.system());
    TestFiles.write(files, TestFiles.path("/from"), "x".repeat(40 * 1024));
    assertThat(copy(new InMemorySession(files))).isEqualTo(4);
  }

  private static int copy(InMemorySession session) throws IOException {
    session.initialised();
    byte[] from = open(session, "/from", 1);
    byte[] to = open(session, "/to", WRITE_CREATE);
    return status(
        session.exchange(
            packet(
                MessageType.EXTENDED,
                out -> {
                  out.writeInt(9);
                  string(out, "copy-data");
                  string(out, from);
                  out.writeLong(0);
                  out.writeLong(0);
                  string(out, to);
                  out.writeLong(0);
                })));
  }

  private static byte[] open(InMemorySession session, String path, int flags) throws IOException {
    byte[] reply =
        session.exchange(
            packet(
                MessageType.OPEN,
                out -> {
                  out.writeInt(1);
                  string(out, path);
                  out.writeInt(flags);
                  out.writeInt(0);
                }));
    return Arrays.copyOfRange(reply, 13, reply.length);
  }

  /** Copies a limited number of bytes at a time, as copy_file_range(2) may. */
  private static final class InPieces extends ForwardingFileSystem {
    private final int piece;

    InPieces(FileSystem inner, int piece) {
      super(inner);
      this.piece = piece;
    }

    @Override
    public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
      return new ForwardingOpenFile(super.open(path, options, permissions)) {
        @Override
        public long copyTo(long offset, long count, OpenFile target, long targetOffset)
            throws FsException {
          return super.copyTo(offset, Math.min(count, piece), target, targetOffset);
        }
      };
    }
  }
}
