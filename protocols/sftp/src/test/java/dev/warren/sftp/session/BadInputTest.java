package dev.warren.sftp.session;

import static dev.warren.sftp.session.InMemorySession.packet;
import static dev.warren.sftp.session.InMemorySession.status;
import static dev.warren.sftp.session.InMemorySession.string;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.FileSystem;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.sftp.wire.BadPacketException;
import dev.warren.sftp.wire.MessageType;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Packets that no correct client sends. */
class BadInputTest {
  private static final int BAD_MESSAGE = 5;
  private static final int FAILURE = 4;

  private final FileSystem files = new MemoryFileSystem();
  private final InMemorySession session = new InMemorySession(files);

  /** One well-formed packet of each request. */
  static List<byte[]> allRequests(byte[] handle) {
    List<byte[]> packets = new ArrayList<>();
    for (Request request : Request.values()) {
      packets.add(
          packet(
              request.extension() == null ? typeOf(request) : MessageType.EXTENDED,
              out -> {
                out.writeInt(77);
                String extension = request.extension();
                if (extension != null) {
                  string(out, extension);
                }
                switch (request) {
                  case OPEN -> {
                    string(out, "/new");
                    out.writeInt(0x0A);
                    out.writeInt(0xF);
                    out.writeLong(0);
                    out.writeInt(1);
                    out.writeInt(2);
                    out.writeInt(0644);
                    out.writeLong(0);
                  }
                  case CLOSE, FSTAT, READDIR, FSTATVFS, FSYNC -> string(out, handle);
                  case READ -> {
                    string(out, handle);
                    out.writeLong(0);
                    out.writeInt(10);
                  }
                  case WRITE -> {
                    string(out, handle);
                    out.writeLong(0);
                    string(out, "data");
                  }
                  case SETSTAT, LSETSTAT, MKDIR -> {
                    string(out, "/f");
                    out.writeInt(4);
                    out.writeInt(0600);
                  }
                  case FSETSTAT -> {
                    string(out, handle);
                    out.writeInt(1);
                    out.writeLong(3);
                  }
                  case RENAME, SYMLINK, POSIX_RENAME, HARDLINK -> {
                    string(out, "/f");
                    string(out, "/g");
                  }
                  case COPY_DATA -> {
                    string(out, handle);
                    out.writeLong(0);
                    out.writeLong(0);
                    string(out, handle);
                    out.writeLong(0);
                  }
                  case USERS_GROUPS_BY_ID -> {
                    string(out, new byte[] {0, 0, 0, 0});
                    string(out, new byte[] {0, 0, 0, 0});
                  }
                  case LIMITS -> {}
                  default -> string(out, "/f");
                }
              }));
    }
    return packets;
  }

  private static int typeOf(Request request) {
    for (int type = 0; type < 256; type++) {
      if (request == Request.ofType(type)) {
        return type;
      }
    }
    throw new IllegalArgumentException(request.toString());
  }

  @Test
  void everyRequestTruncatedAtEveryByte() throws IOException {
    session.initialised();
    int cases = 0;
    for (byte[] whole : allRequests(new byte[HandleTable.HANDLE_BYTES])) {
      for (int length = 5; length < whole.length; length++) {
        byte[] reply = session.exchange(Arrays.copyOf(whole, length));
        int code = status(reply);
        // An extension's name that is cut off is another extension.
        assertThat(code).as("type %d cut at %d", whole[0], length).isIn(BAD_MESSAGE, 8);
        cases++;
      }
    }
    assertThat(cases).isGreaterThan(500);
    for (int length = 0; length < 5; length++) {
      byte[] tooShort = new byte[length];
      Arrays.fill(tooShort, (byte) MessageType.STAT);
      assertThatThrownBy(() -> session.exchange(tooShort)).isInstanceOf(BadPacketException.class);
    }
  }

  @Test
  void requestsBeforeInitEndTheSession() {
    for (byte[] packet : allRequests(new byte[12])) {
      assertThatThrownBy(() -> session.exchange(packet)).isInstanceOf(BadPacketException.class);
    }
  }

  @Test
  void foreignClosedAndInventedHandles() throws IOException {
    session.initialised();
    InMemorySession other = new InMemorySession(files).initialised();
    byte[] theirs = other.open("/f", 0x0A);
    byte[] closed = session.open("/f", 1);
    session.exchange(
        packet(
            MessageType.CLOSE,
            out -> {
              out.writeInt(1);
              string(out, closed);
            }));
    byte[] mine = session.open("/f", 3);
    byte[] guessed = mine.clone();
    guessed[11] ^= 1;
    byte[] longer = Arrays.copyOf(mine, 300);
    for (byte[] handle :
        List.of(theirs, closed, guessed, longer, new byte[0], new byte[4], new byte[12])) {
      byte[] reply =
          session.exchange(
              packet(
                  MessageType.WRITE,
                  out -> {
                    out.writeInt(1);
                    string(out, handle);
                    out.writeLong(0);
                    string(out, "overwritten");
                  }));
      assertThat(status(reply)).isEqualTo(FAILURE);
    }
    assertThat(TestFiles.readText(files, TestFiles.path("/f"))).isEmpty();
    assertThat(session.activity.openHandles()).isEqualTo(1);
  }

  @Test
  void offsetsPast63BitsAreRefused() throws IOException {
    session.initialised();
    byte[] handle = session.open("/f", 0x0B);
    for (long offset : new long[] {-1, Long.MIN_VALUE}) {
      byte[] read =
          session.exchange(
              packet(
                  MessageType.READ,
                  out -> {
                    out.writeInt(1);
                    string(out, handle);
                    out.writeLong(offset);
                    out.writeInt(-1);
                  }));
      assertThat(status(read)).isEqualTo(BAD_MESSAGE);
    }
    byte[] read =
        session.exchange(
            packet(
                MessageType.READ,
                out -> {
                  out.writeInt(1);
                  string(out, handle);
                  out.writeLong(Long.MAX_VALUE);
                  out.writeInt(-1);
                }));
    assertThat(status(read)).isEqualTo(1);
  }

  @Test
  void strangeNames() throws IOException {
    session.initialised();
    TestFiles.write(files, TestFiles.path("/f"), "secret");
    assertThat(stat("/f\0x")).isEqualTo(BAD_MESSAGE);
    assertThat(stat("\0")).isEqualTo(BAD_MESSAGE);
    assertThat(stat("x".repeat(256))).isEqualTo(BAD_MESSAGE);
    assertThat(stat("/x".repeat(2500))).isEqualTo(BAD_MESSAGE);
    assertThat(stat("")).isEqualTo(2);
    assertThat(stat("/f/")).isEqualTo(2); // as stat(2)
    assertThat(stat("/f/..")).isEqualTo(2);
    assertThat(stat("../../../../f")).isEqualTo(MessageType.ATTRS);
    assertThat(stat("/../..")).isEqualTo(MessageType.ATTRS);
    assertThat(stat("/a/".repeat(1300) + "../".repeat(60))).isEqualTo(2);
  }

  /** The status, or the type of a reply that is not a status. */
  private int stat(String name) throws IOException {
    byte[] reply =
        session.exchange(
            packet(
                MessageType.STAT,
                out -> {
                  out.writeInt(1);
                  string(out, name);
                }));
    return reply[4] == MessageType.STATUS ? status(reply) : reply[4];
  }

  @Test
  void unknownFlagsAreRefused() throws IOException {
    session.initialised();
    byte[] attributes =
        session.exchange(
            packet(
                MessageType.MKDIR,
                out -> {
                  out.writeInt(1);
                  string(out, "/d");
                  out.writeInt(0x10);
                  out.writeInt(0);
                }));
    assertThat(status(attributes)).isEqualTo(BAD_MESSAGE);
    byte[] open =
        session.exchange(
            packet(
                MessageType.OPEN,
                out -> {
                  out.writeInt(1);
                  string(out, "/f");
                  out.writeInt(0x4A);
                  out.writeInt(0);
                }));
    assertThat(status(open)).isEqualTo(8);
    assertThat(TestFiles.exists(files, TestFiles.path("/d"))).isFalse();
    assertThat(TestFiles.exists(files, TestFiles.path("/f"))).isFalse();
  }

  @Test
  void unknownRequestsAreUnsupported() throws IOException {
    session.initialised();
    for (int type = 2; type < 256; type++) {
      if (Request.ofType(type) == null && type != MessageType.EXTENDED) {
        byte[] reply = session.exchange(packet(type, out -> out.writeInt(1)));
        assertThat(status(reply)).as("type %d", type).isEqualTo(8);
      }
    }
  }

  @Test
  void aReadOnlyUserChangesNothing() throws IOException {
    TestFiles.write(files, TestFiles.path("/f"), "content");
    InMemorySession reader = new InMemorySession(files, true, 32_768).initialised();
    byte[] handle = reader.open("/f", 1);
    for (byte[] packet : allRequests(handle)) {
      reader.exchange(packet);
    }
    assertThat(TestFiles.readText(files, TestFiles.path("/f"))).isEqualTo("content");
    assertThat(files.stat(TestFiles.path("/f")).permissions()).isEqualTo(0644);
    assertThat(TestFiles.exists(files, TestFiles.path("/g"))).isFalse();
    assertThat(TestFiles.exists(files, TestFiles.path("/new"))).isFalse();
  }
}
