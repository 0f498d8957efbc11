package dev.warren.sftp.session;

import static dev.warren.sftp.session.InMemorySession.packet;
import static dev.warren.sftp.session.InMemorySession.status;
import static dev.warren.sftp.session.InMemorySession.string;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Operation;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.sftp.links.LinkResolver;
import dev.warren.sftp.wire.MessageType;
import dev.warren.testkit.RecordingFileSystem;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Unusual paths, handled as by OpenSSH's server. */
class PathsTest {
  private static final int NO_SUCH_FILE = 2;
  private static final int BAD_MESSAGE = 5;
  private static final int READ_AND_TRUNCATE = 0x11;
  private static final int CREATE_AND_WRITE = 0x1a;

  private final RecordingFileSystem files = new RecordingFileSystem(new MemoryFileSystem());
  private InMemorySession session;

  @BeforeEach
  void start() throws IOException {
    files.mkdir(TestFiles.path("/d"), 0755);
    TestFiles.write(files, TestFiles.path("/f"), "content");
    files.symlink("d", TestFiles.path("/toD"));
    files.symlink("f", TestFiles.path("/toF"));
    files.symlink("missing", TestFiles.path("/toNothing"));
    session = new InMemorySession(files).initialised();
    files.clear();
  }

  private byte[] ask(int type, String... texts) throws IOException {
    return session.exchange(
        packet(
            type,
            out -> {
              out.writeInt(1);
              for (String text : texts) {
                string(out, text);
              }
              out.writeInt(0);
              out.writeInt(0);
            }));
  }

  private static String name(byte[] reply) {
    assertThat(reply[4]).isEqualTo((byte) MessageType.NAME);
    ByteBuffer in = ByteBuffer.wrap(reply);
    byte[] name = new byte[in.getInt(13)];
    in.position(17).get(name);
    return new String(name, StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "'', /",
    "., /",
    "/, /",
    "d, /d",
    "/f, /f",
    "/toD, /d",
    "/toD/x, /d/x",
    "/d/../f, /f",
    "/missing, /missing",
    "/toNothing, /missing",
    "/../.., /",
    "/d/, /d",
    "/f/, /f",
  })
  void realPaths(String text, String expected) throws IOException {
    assertThat(name(ask(MessageType.REALPATH, text))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/missing/x", "/missing/../f", "/missing/", "/f/x", "/toNothing/x"})
  void realPathsBelowMissingDirectories(String text) throws IOException {
    assertThat(status(ask(MessageType.REALPATH, text))).isEqualTo(NO_SUCH_FILE);
  }

  @Test
  void aPathWithoutLinksIsLookedUpOnce() throws IOException {
    files.mkdir(TestFiles.path("/d/e"), 0755);
    files.mkdir(TestFiles.path("/d/e/g"), 0755);
    files.clear();
    assertThat(name(ask(MessageType.REALPATH, "/d/e/g"))).isEqualTo("/d/e/g");
    assertThat(files.calls(Operation.STAT)).hasSize(1);
  }

  /** Requests that look up a file, with a slash that means a directory. */
  @ParameterizedTest
  @ValueSource(strings = {"/f/", "/f/.", "/toF/", "/missing/"})
  void aSlashAfterAFile(String text) throws IOException {
    for (int type :
        new int[] {MessageType.STAT, MessageType.LSTAT, MessageType.SETSTAT, MessageType.OPENDIR}) {
      assertThat(status(ask(type, text))).as("type %d", type).isEqualTo(NO_SUCH_FILE);
    }
    assertThat(status(session.exchange(InMemorySession.openRequest(text, 1))))
        .isEqualTo(NO_SUCH_FILE);
    assertThat(status(session.exchange(InMemorySession.openRequest(text, CREATE_AND_WRITE))))
        .isNotZero();
    assertThat(status(ask(MessageType.REMOVE, text))).isEqualTo(NO_SUCH_FILE);
    assertThat(status(ask(MessageType.RENAME, text, "/new"))).isEqualTo(NO_SUCH_FILE);
    assertThat(TestFiles.names(files, TestFiles.path("/")))
        .containsExactlyInAnyOrder("d", "f", "toD", "toF", "toNothing");
  }

  /**
   * Truncating requires write access. With open(2), the result of O_RDONLY|O_TRUNC is undefined.
   */
  @Test
  void aFileThatIsOpenedOnlyToReadIsNotTruncated() throws IOException {
    assertThat(status(session.exchange(InMemorySession.openRequest("/f", READ_AND_TRUNCATE))))
        .isEqualTo(BAD_MESSAGE);
    assertThat(TestFiles.read(files, TestFiles.path("/f"))).asString(UTF_8).isEqualTo("content");
  }

  @Test
  void aSlashAfterADirectory() throws IOException {
    assertThat(ask(MessageType.STAT, "/d/")[4]).isEqualTo((byte) MessageType.ATTRS);
    assertThat(ask(MessageType.LSTAT, "/toD/")[4]).isEqualTo((byte) MessageType.ATTRS);
    assertThat(ask(MessageType.OPENDIR, "/toD/")[4]).isEqualTo((byte) MessageType.HANDLE);
    assertThat(status(ask(MessageType.MKDIR, "/new/"))).isZero();
    assertThat(status(ask(MessageType.RENAME, "/new/", "/newer/"))).isZero();
    assertThat(status(ask(MessageType.RMDIR, "/newer/"))).isZero();
    assertThat(status(ask(MessageType.RMDIR, "/toD/"))).isEqualTo(NO_SUCH_FILE); // as rmdir(2)
    assertThat(TestFiles.exists(files, TestFiles.path("/d"))).isTrue();
  }

  /** One request of 4 kB: 39 links of 2,000 names each. */
  @Test
  void manyDeepLinksCostNoMoreThanOneLongPath() throws IOException {
    String deep = "d/../".repeat(800);
    for (int i = 0; i < 39; i++) {
      files.symlink(deep + (i == 38 ? "f" : "deep" + (i + 1)), TestFiles.path("/deep" + i));
    }
    files.clear();
    for (int type : new int[] {MessageType.REALPATH, MessageType.STAT}) {
      assertThat(status(ask(type, "/deep0"))).isEqualTo(NO_SUCH_FILE);
    }
    assertThat(files.calls(Operation.STAT).size()).isLessThan(2 * LinkResolver.MAX_NAMES + 10);
  }

  @Test
  void linksAreFollowedAsOftenAsByLinux() throws IOException {
    for (int i = 0; i < 41; i++) {
      files.symlink(i == 0 ? "f" : "l" + (i - 1), TestFiles.path("/l" + i));
    }
    assertThat(ask(MessageType.STAT, "/l39")[4]).isEqualTo((byte) MessageType.ATTRS);
    assertThat(name(ask(MessageType.REALPATH, "/l39"))).isEqualTo("/f");
    assertThat(status(ask(MessageType.STAT, "/l40"))).isEqualTo(NO_SUCH_FILE);
    assertThat(status(ask(MessageType.REALPATH, "/l40"))).isEqualTo(NO_SUCH_FILE);
  }
}
