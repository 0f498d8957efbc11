package dev.warren.sftp;

import static dev.warren.testkit.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.sftp.wire.MessageType;
import dev.warren.sftp.wire.Status;
import dev.warren.testkit.Call;
import dev.warren.testkit.InterceptedFileSystem;
import dev.warren.testkit.Interceptor;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.sftp.client.RawSftpClient;
import org.apache.sshd.sftp.client.SftpClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** File systems that throw exceptions that they must not throw. */
class BrokenFilesTest {
  private static final KeyPair KEY = TestKeys.ed25519();
  private static final VfsPath BROKEN = TestFiles.path("/broken");

  @TempDir Path state;
  private final TestClient client = new TestClient();
  private RunningFrontEnd server;

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private ClientSession serve(FileSystem files) throws IOException {
    server =
        TestServer.start(
            files,
            state,
            Map.of(
                "users", List.of(Map.of("name", "user", "authorized_keys", TestKeys.line(KEY)))));
    return client.logIn(server, "user", KEY, null);
  }

  /** A missing class or a failed assertion fails one request: the next one may succeed. */
  @Test
  void aPluginsErrorCostsItsRequest() throws Exception {
    try (ClientSession session = serve(broken(new NoClassDefFoundError("dev/Missing"), true));
        SftpClient sftp = TestClient.sftp(session)) {
      Wire.Reply reply =
          new Wire((RawSftpClient) sftp).send(MessageType.STAT, b -> b.putString("/broken"));
      assertThat(reply.type()).isEqualTo(MessageType.STATUS);
      assertThat(reply.body().getInt()).isEqualTo(Status.FAILURE.code());
      assertThat(sftp.stat("/").isDirectory()).isTrue();
    }
  }

  /**
   * An error that leaves the process in an unknown state ends the session, on whichever thread it
   * occurs.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anErrorOfTheJvmEndsOnlyItsSession(boolean nonBlocking) throws Exception {
    try (ClientSession session = serve(broken(new InternalError("of a test"), nonBlocking));
        SftpClient other = TestClient.sftp(session)) {
      SftpClient sftp = TestClient.sftp(session);
      new Wire((RawSftpClient) sftp).sendOnly(MessageType.STAT, b -> b.putString("/broken"));
      await().until(() -> sftp.getClientChannel().isClosed());
      assertThat(other.stat("/").isDirectory()).isTrue();
      await().until(() -> server.sessions().size() == 1);
    }
  }

  private static FileSystem broken(Error error, boolean nonBlocking) {
    FileSystem files = new InterceptedFileSystem(new MemoryFileSystem(), new Throwing(error));
    return nonBlocking
        ? files
        : new ForwardingFileSystem(files) {
          @Override
          public @Nullable FileSystem nonBlocking() {
            return null;
          }
        };
  }

  private record Throwing(Error error) implements Interceptor {
    @Override
    public <T extends @Nullable Object> T around(Call call, Body<T> body) throws FsException {
      if (call.path().equals(BROKEN)) {
        throw error;
      }
      return body.run();
    }
  }
}
