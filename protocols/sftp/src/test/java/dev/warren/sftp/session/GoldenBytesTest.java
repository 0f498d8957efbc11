package dev.warren.sftp.session;

import static dev.warren.sftp.session.InMemorySession.packet;
import static dev.warren.sftp.session.InMemorySession.status;
import static dev.warren.sftp.session.InMemorySession.string;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.AttributeChanges;
import dev.warren.api.TimeChange;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.sftp.wire.MessageType;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The bytes on the wire, as in draft-ietf-secsh-filexfer-02 and OpenSSH. */
class GoldenBytesTest {
  private final MemoryFileSystem files = new MemoryFileSystem();
  private final InMemorySession session = new InMemorySession(files);

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  @Test
  void versionAnnouncesOpensshsExtensionsInItsOrder() throws IOException {
    byte[] reply = session.exchange(bytes("01 00000003"));
    assertThat(hex(reply)).startsWith("%08x".formatted(reply.length - 4) + "02" + "00000003");
    String text = new String(reply, StandardCharsets.ISO_8859_1);
    assertThat(text.replaceAll("[^a-z@.0-9-]+", " ").strip())
        .isEqualTo(
            "posix-rename@openssh.com 1 statvfs@openssh.com 2 fstatvfs@openssh.com 2"
                + " hardlink@openssh.com 1 fsync@openssh.com 1 lsetstat@openssh.com 1"
                + " limits@openssh.com 1 expand-path@openssh.com 1 copy-data 1 home-directory 1"
                + " users-groups-by-id@openssh.com 1");
  }

  @Test
  void aReadOnlyUserIsNotOfferedExtensionsThatWrite() throws IOException {
    byte[] reply = new InMemorySession(files, true, 32_768).exchange(bytes("01 00000003"));
    assertThat(new String(reply, StandardCharsets.ISO_8859_1))
        .contains("statvfs", "limits")
        .doesNotContain("posix-rename", "hardlink", "fsync", "lsetstat", "copy-data");
  }

  @Test
  void attributesOfAFile() throws IOException {
    TestFiles.write(files, TestFiles.path("/f"), "hello");
    files.setAttributes(
        TestFiles.path("/f"),
        AttributeChanges.NONE
            .withPermissions(04751)
            .withOwner(1, 2)
            .withTimes(TimeChange.to(0x11223344, 0), TimeChange.to(0x55667788, 5)));
    session.initialised();
    // LSTAT, id 0x01020304, "/f"
    assertThat(hex(session.exchange(bytes("07 01020304 00000002 2f66"))))
        .isEqualTo(
            "00000025" // length
                + "69" // ATTRS
                + "01020304" // id
                + "0000000f" // size, owner, permissions, times
                + "0000000000000005" // size
                + "00000001" // uid
                + "00000002" // gid
                + "000089e9" // 0104751
                + "11223344" // atime
                + "55667788"); // mtime
  }

  @Test
  void aStatusHasACodeAndAMessageButNoLanguage() throws IOException {
    session.initialised();
    byte[] reply = session.exchange(bytes("07 00000007 00000002 2f78"));
    String message = "/x: No such file or directory";
    assertThat(hex(reply))
        .isEqualTo(
            "%08x".formatted(1 + 4 + 4 + 4 + message.length() + 4)
                + "65"
                + "00000007"
                + "00000002"
                + "%08x".formatted(message.length())
                + hex(message.getBytes(StandardCharsets.US_ASCII))
                + "00000000");
  }

  @Test
  void limits() throws IOException {
    session.initialised();
    byte[] reply =
        session.exchange(
            packet(
                MessageType.EXTENDED,
                out -> {
                  out.writeInt(9);
                  string(out, "limits@openssh.com");
                }));
    assertThat(hex(reply))
        .isEqualTo(
            "00000025 c9 00000009 0000000000100000 00000000000ffc00 00000000000ffc00 0000000000000010"
                .replace(" ", ""));
  }

  @Test
  void aNameIsFollowedByTheLineOfLs() throws IOException {
    TestFiles.write(files, TestFiles.path("/f"), "hello");
    files.setAttributes(
        TestFiles.path("/f"),
        AttributeChanges.NONE
            .withPermissions(0644)
            .withOwner(0, 1000)
            .withTimes(TimeChange.to(0, 0), TimeChange.to(1_790_000_000, 0)));
    session.initialised();
    byte[] handle = handle(session.exchange(bytes("0b 00000001 00000001 2f")));
    byte[] reply =
        session.exchange(
            packet(
                MessageType.READDIR,
                out -> {
                  out.writeInt(2);
                  string(out, handle);
                }));
    assertThat(new String(reply, StandardCharsets.ISO_8859_1))
        .contains("-rw-r--r--    1 root     1000            5 Sep 21 14:13 f");
    byte[] end =
        session.exchange(
            packet(
                MessageType.READDIR,
                out -> {
                  out.writeInt(3);
                  string(out, handle);
                }));
    assertThat(status(end)).isEqualTo(1);
  }

  private static byte[] handle(byte[] reply) {
    assertThat(reply[4]).isEqualTo((byte) MessageType.HANDLE);
    byte[] handle = new byte[reply.length - 13];
    System.arraycopy(reply, 13, handle, 0, handle.length);
    return handle;
  }

  @Test
  void symlinkHasItsArgumentsInOpensshsOrder() throws IOException {
    session.initialised();
    byte[] reply =
        session.exchange(
            packet(
                MessageType.SYMLINK,
                out -> {
                  out.writeInt(1);
                  string(out, "what/it/says");
                  string(out, "/link");
                }));
    assertThat(status(reply)).isZero();
    assertThat(files.readlink(TestFiles.path("/link"))).isEqualTo("what/it/says");
  }

  @Test
  void repliesShareAPacketUntilTheyAreFlushed() throws IOException {
    session.initialised();
    int before = session.packets();
    for (int i = 0; i < 100; i++) {
      session.handle(bytes("07 00000007 00000001 2f"));
    }
    session.session.flush();
    assertThat(session.packets()).isEqualTo(before + 1);
    assertThat(session.takeSent()).hasSize(100 * 0x29);
  }
}
