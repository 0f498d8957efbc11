package dev.warren.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.Operation;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.sftp.wire.MessageType;
import dev.warren.testkit.FaultyFileSystem;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.sftp.client.RawSftpClient;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Error messages for a user with another root: they name the paths that the user knows, and the
 * reason.
 */
class ErrorTextTest {
  private static final KeyPair KEY = TestKeys.ed25519();
  private static final String GONE = "No such file or directory";

  @TempDir Path state;
  private final FaultyFileSystem files = new FaultyFileSystem(new MemoryFileSystem());
  private TestClient client;
  private RunningFrontEnd server;
  private SftpClient sftp;
  private Wire wire;

  @BeforeEach
  void start() throws IOException {
    files.mkdir(TestFiles.path("/local"), 0755);
    files.mkdir(TestFiles.path("/local/sub"), 0755);
    files.mkdir(TestFiles.path("/local/sub/d"), 0755);
    TestFiles.write(files, TestFiles.path("/local/sub/f"), "content");
    files.symlink("f", TestFiles.path("/local/sub/l"));
    client = new TestClient();
    server =
        TestServer.start(
            files,
            state,
            Map.of(
                "users",
                List.of(
                    Map.of(
                        "name",
                        "user",
                        "authorized_keys",
                        TestKeys.line(KEY),
                        "root",
                        "/local/sub"))));
    ClientSession session = client.logIn(server, "user", KEY, null);
    sftp = TestClient.sftp(session);
    wire = new Wire((RawSftpClient) sftp);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private String textOf(int type, Wire.Fields fields) throws FsException {
    Buffer body = wire.send(type, fields).body();
    assertThat(body.getInt()).as("status").isNotZero();
    return body.getString(StandardCharsets.UTF_8);
  }

  private String textOfPaths(int type, String... paths) throws FsException {
    return textOf(
        type,
        b -> {
          for (String path : paths) {
            b.putString(path);
          }
          b.putUInt(0);
          b.putUInt(0);
        });
  }

  @Test
  void theMessageHasThePathThatTheClientSent() throws Exception {
    assertThat(textOfPaths(MessageType.STAT, "/x")).isEqualTo("/x: " + GONE);
    assertThat(textOfPaths(MessageType.LSTAT, "x/../y")).isEqualTo("x/../y: " + GONE);
    assertThat(textOfPaths(MessageType.OPEN, "x/y")).isEqualTo("x/y: " + GONE);
    assertThat(textOfPaths(MessageType.OPENDIR, "f")).isEqualTo("f: Not a directory");
    assertThat(textOfPaths(MessageType.MKDIR, "/d")).isEqualTo("/d: File exists");
    assertThat(textOfPaths(MessageType.RMDIR, "/l")).isEqualTo("/l: Not a directory");
    assertThat(textOfPaths(MessageType.REMOVE, "/d")).isEqualTo("/d: Is a directory");
    assertThat(textOfPaths(MessageType.READLINK, "/f")).isEqualTo("/f: Invalid argument");
    assertThat(textOfPaths(MessageType.SETSTAT, "/x")).isEqualTo("/x: " + GONE);
    assertThat(textOfPaths(MessageType.SYMLINK, "text", "/f")).isEqualTo("/f: File exists");
  }

  @Test
  void theMessageHasBothPaths() throws Exception {
    assertThat(textOfPaths(MessageType.RENAME, "f", "/d")).isEqualTo("f to /d: File exists");
    assertThat(textOfPaths(MessageType.RENAME, "x", "y")).isEqualTo("x to y: " + GONE);
  }

  @Test
  void theMessageHasThePathByWhichTheFileWasOpened() throws Exception {
    byte[] handle = sftp.open("/f", OpenMode.Read, OpenMode.Write).getIdentifier();
    files.fail(Operation.WRITE, TestFiles.path("/local/sub/f"), Errno.ENOSPC);
    String text =
        textOf(
            MessageType.WRITE,
            b -> {
              b.putBytes(handle);
              b.putLong(0);
              b.putString("text");
            });
    assertThat(text).startsWith("/f: ").contains("made to fail");
  }
}
