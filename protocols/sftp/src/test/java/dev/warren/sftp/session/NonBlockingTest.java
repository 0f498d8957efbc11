package dev.warren.sftp.session;

import static dev.warren.sftp.session.InMemorySession.packet;
import static dev.warren.sftp.session.InMemorySession.string;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.sftp.wire.MessageType;
import dev.warren.sftp.wire.Status;
import dev.warren.testkit.BlockingFileSystem;
import dev.warren.testkit.CallBarrier;
import dev.warren.testkit.RecordingFileSystem;
import dev.warren.testkit.TestFiles;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The limits of the reading thread: it handles a request completely or not at all, and never
 * blocks.
 */
class NonBlockingTest {
  private static final VfsPath FILE = TestFiles.path("/f");
  private static final int CREATE_AND_WRITE = 0x1a;

  private final RecordingFileSystem recorded = new RecordingFileSystem(new MemoryFileSystem());
  private final BlockingFileSystem files = new BlockingFileSystem(recorded);
  private InMemorySession session;

  @BeforeEach
  void start() throws IOException {
    TestFiles.write(recorded, FILE, new byte[100_000]);
    session = new InMemorySession(files).initialised();
  }

  @Test
  void requestsThatDoNotBlockAreAnswered() throws IOException {
    byte[] handle = session.open("/f", 1);
    assertThat(nonBlocking(read(handle, 99_990, 100))).isTrue();
    session.session.flush();
    assertThat(type(session.takeSent())).isEqualTo(MessageType.DATA);
    assertThat(nonBlocking(close(handle))).isTrue();
    session.session.flush();
    assertThat(InMemorySession.status(session.takeSent())).isEqualTo(Status.OK.code());
    assertThat(recorded.closes(FILE)).isEqualTo(2); // one is the test's own write
  }

  @Test
  void aRequestThatWouldBlockIsNotStartedAndCanBeRepeated() throws IOException {
    CallBarrier barrier = files.hold(Operation.OPEN, TestFiles.path("/new"));
    assertThat(nonBlocking(InMemorySession.openRequest("/new", CREATE_AND_WRITE))).isFalse();
    session.session.flush();
    assertThat(session.takeSent()).isEmpty();
    assertThat(recorded.count(Operation.OPEN, TestFiles.path("/new"))).isZero();
    barrier.open();
    assertThat(session.open("/new", CREATE_AND_WRITE)).hasSize(HandleTable.HANDLE_BYTES);
  }

  /** A close may block because it commits, and memfs does not say that its close does not. */
  @Test
  void aWrittenFileIsNotClosedWithoutBlockingUnlessItSaysSo() throws IOException {
    byte[] handle = session.open("/f", 2);
    assertThat(nonBlocking(close(handle))).isFalse();
    assertThat(recorded.closes(FILE)).isEqualTo(1);
    assertThat(InMemorySession.status(session.exchange(close(handle))))
        .isEqualTo(Status.OK.code()); // the handle is still open
    assertThat(recorded.closes(FILE)).isEqualTo(2);
  }

  @Test
  void withoutSpaceForTheReplyNothingIsDone() throws IOException {
    session.hasRoom = false;
    assertThat(nonBlocking(InMemorySession.openRequest("/new", CREATE_AND_WRITE))).isFalse();
    assertThat(recorded.count(Operation.OPEN, TestFiles.path("/new"))).isZero();
    session.hasRoom = true;
    assertThat(nonBlocking(InMemorySession.openRequest("/new", CREATE_AND_WRITE))).isTrue();
  }

  /** Content that fills packets is read by a thread that may block, until a short read. */
  @Test
  void contentOfSeveralPacketsIsLeftToTheOtherThread() throws IOException {
    byte[] handle = session.open("/f", 1);
    assertThat(nonBlocking(read(handle, 0, 100_000))).isFalse();
    session.session.flush();
    assertThat(session.takeSent()).isEmpty();
    assertThat(session.exchange(read(handle, 0, 100_000))).hasSize(13 + 100_000);
    assertThat(nonBlocking(read(handle, 0, 10))).isFalse();
    assertThat(session.exchange(read(handle, 0, 10))).hasSize(13 + 10);
    assertThat(nonBlocking(read(handle, 0, 10))).isTrue();
  }

  @Test
  void errorsAreRepliesToo() throws IOException {
    assertThat(nonBlocking(InMemorySession.openRequest("/none", 1))).isTrue();
    session.session.flush();
    assertThat(InMemorySession.status(session.takeSent())).isEqualTo(Status.NO_SUCH_FILE.code());
  }

  private boolean nonBlocking(byte[] packet) throws IOException {
    return session.session.handleNonBlocking(packet, 0, packet.length);
  }

  private static int type(byte[] reply) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(reply));
    in.readInt();
    return in.readUnsignedByte();
  }

  private static byte[] close(byte[] handle) {
    return packet(
        MessageType.CLOSE,
        out -> {
          out.writeInt(1);
          string(out, handle);
        });
  }

  private static byte[] read(byte[] handle, long offset, int length) {
    return packet(
        MessageType.READ,
        out -> {
          out.writeInt(1);
          string(out, handle);
          out.writeLong(offset);
          out.writeInt(length);
        });
  }
}
