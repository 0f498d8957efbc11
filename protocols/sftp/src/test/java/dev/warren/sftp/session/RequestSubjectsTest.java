package dev.warren.sftp.session;

import static dev.warren.sftp.session.InMemorySession.packet;
import static dev.warren.sftp.session.InMemorySession.string;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.memfs.MemoryFileSystem;
import dev.warren.sftp.wire.MessageType;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requests must not overtake which others. */
class RequestSubjectsTest {
  private static final int READ = 1;
  private static final int WRITE = 2;
  private static final int CREATE_AND_WRITE = 0x1a;

  private final MemoryFileSystem files = new MemoryFileSystem();
  private InMemorySession session;
  private byte[] reading;
  private byte[] writing;
  private byte[] other;

  @BeforeEach
  void open() throws IOException {
    files.mkdir(TestFiles.path("/d"), 0755);
    TestFiles.write(files, TestFiles.path("/d/f"), "content");
    TestFiles.write(files, TestFiles.path("/d/g"), "content");
    session = new InMemorySession(files).initialised();
    reading = session.open("/d/f", READ);
    writing = session.open("/d/f", WRITE);
    other = session.open("/d/g", READ);
  }

  /** The subjects of a request, written as in the rows below: type and file. */
  private RequestSubjects subjects(String request) {
    String[] words = request.split(" ", -1);
    byte[] packet = packetOf(words[0], words[1], words[words.length - 1]);
    return RequestSubjects.of(packet, 0, packet.length, session.shared);
  }

  private byte[] packetOf(String what, String on, String target) {
    return switch (what) {
      case "read" -> onHandle(MessageType.READ, on);
      case "write" -> onHandle(MessageType.WRITE, on);
      case "fstat" -> onHandle(MessageType.FSTAT, on);
      case "fsetstat" -> onHandle(MessageType.FSETSTAT, on);
      case "close" -> onHandle(MessageType.CLOSE, on);
      case "stat" -> onPath(MessageType.STAT, on);
      case "list" -> onPath(MessageType.OPENDIR, on);
      case "setstat" -> onPath(MessageType.SETSTAT, on);
      case "remove" -> onPath(MessageType.REMOVE, on);
      case "mkdir" -> onPath(MessageType.MKDIR, on);
      case "df" -> extended("statvfs@openssh.com", on, on);
      case "rename" -> extended("posix-rename@openssh.com", on, target);
      case "open" -> InMemorySession.openRequest(on, READ);
      case "create" -> InMemorySession.openRequest(on, CREATE_AND_WRITE);
      default -> throw new IllegalArgumentException(what);
    };
  }

  private byte[] onHandle(int type, String which) {
    byte[] handle = which.equals("R") ? reading : which.equals("W") ? writing : other;
    return packet(
        type,
        out -> {
          out.writeInt(7);
          string(out, handle);
        });
  }

  private static byte[] onPath(int type, String path) {
    return packet(
        type,
        out -> {
          out.writeInt(7);
          string(out, path);
        });
  }

  private static byte[] extended(String name, String path, String target) {
    return packet(
        MessageType.EXTENDED,
        out -> {
          out.writeInt(7);
          string(out, name);
          string(out, path);
          string(out, target);
        });
  }

  @ParameterizedTest
  @CsvSource({
    "read R, read R",
    "read R, close R",
    "write W, write W",
    "write W, close W",
    "write W, fstat W",
    "write W, setstat /d/f",
    "write W, read R", // writer and reader may be different programs
    "close W, stat /d/f",
    "close W, rename /d/f /x",
    "close W, setstat /d/./f",
    "open /d/f, remove /d/f",
    "create /n, stat /n",
    "create /n, stat //n/",
    "remove /a, rename /b /a",
    "rename /a /b, open /a",
    "rename /a /b, stat /b/c/d",
    "mkdir /n, create /n/f",
    "create /n/f, rename /n /m",
    "stat /n/f, rename /n /m",
    "setstat /d/f, stat /d/f",
    "stat /d/f, setstat /d/f",
  })
  void inOrder(String earlier, String later) {
    assertThat(subjects(earlier).holdBack(subjects(later))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "open /d/f, stat /d/f",
    "open /d/f, open /d/f",
    "open /d/f, list /d",
    "open /d/f, df /",
    "stat /d/f, stat /d/f",
    "mkdir /d/x, stat /d", // otherwise a directory that blocks would block its parents
    "mkdir /d/x, list /d",
    "mkdir /d/x, df /",
    "mkdir /d/x, mkdir /d/y",
    "setstat /d, stat /d/f",
    "rename /a /b, stat /ab",
    "rename /a /b, stat /",
    "rename /d /e, read R", // an open file stays open
    "remove /d/f, read R",
    "read R, read G",
    "read R, write W", // a read may wait for just that write
    "read R, remove /d/f",
    "read R, setstat /d/f",
    "close R, stat /d/f",
    "stat /, mkdir /d/x",
  })
  void inAnyOrder(String earlier, String later) {
    assertThat(subjects(earlier).holdBack(subjects(later))).isFalse();
  }

  @Test
  void aCloseEndsReadsOfItsHandleOnly() {
    assertThat(subjects("close R").endReadOf(subjects("read R"))).isTrue();
    assertThat(subjects("close R").endReadOf(subjects("read G"))).isFalse();
    assertThat(subjects("close W").endReadOf(subjects("write W"))).isFalse();
    assertThat(subjects("read R").endReadOf(subjects("read R"))).isFalse();
  }

  /** A packet that is not a request is refused when it is handled, and holds back no other. */
  @Test
  void invalidPacketsHaveNoSubjects() throws IOException {
    RequestSubjects sweeping = subjects("rename /d /e");
    for (byte[] request : BadInputTest.allRequests(writing)) {
      for (int length = 1; length < request.length; length++) {
        RequestSubjects cut = RequestSubjects.of(request, 0, length, session.shared);
        assertThat(cut.endReadOf(sweeping)).isFalse();
      }
    }
    byte[] unknown = {(byte) 99, 0, 0, 0, 7};
    RequestSubjects nothing = RequestSubjects.of(unknown, 0, unknown.length, session.shared);
    assertThat(sweeping.holdBack(nothing)).isFalse();
  }
}
