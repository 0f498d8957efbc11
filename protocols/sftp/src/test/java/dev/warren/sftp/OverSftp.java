package dev.warren.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.frontend.FrontEnd;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.testkit.Gap;
import dev.warren.testkit.frontend.RemoteContract;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.sshd.client.session.ClientSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The contract of file systems, seen through MINA's client and this server. */
abstract class OverSftp extends RemoteContract {
  /** What version 3 cannot express, for any file system. */
  static final Set<Gap> VERSION_3 =
      EnumSet.of(
          Gap.SPECIAL_FILES, // no request for them
          Gap.XATTRS, // nor for these
          Gap.NANOSECONDS, // times are seconds
          Gap.TIMES_OUTSIDE_32_BITS,
          Gap.LINK_COUNT, // not in ATTRS, only in the long name
          Gap.FILE_ID,
          Gap.CHANGE_TIME,
          Gap.VERSION,
          Gap.DIRECTORY_HANDLES, // FSTAT is for files; the client asks by path
          Gap.COPY_OVERLAP, // the client itself copies
          Gap.FILE_HANDLES);

  private static final KeyPair KEY = TestKeys.ed25519();

  private final TestClient client = new TestClient();
  private ClientSession session;

  @Override
  protected FrontEnd createFrontEnd() {
    return new SftpFrontEnd();
  }

  @Override
  protected Map<String, Object> section(Path emptyDirectory) {
    Map<String, Object> user = Map.of("name", "user", "authorized_keys", TestKeys.line(KEY));
    return Map.of("listen", List.of("127.0.0.1:0"), "users", List.of(user), "umask", "0");
  }

  /** One connection for all cases: a login takes longer than most of them. */
  @Override
  protected FileSystem connect(RunningFrontEnd server) throws Exception {
    if (session == null) {
      session = client.logIn(server, "user", KEY, null);
    }
    return new RemoteFileSystem(TestClient.sftp(session));
  }

  @AfterAll
  void stopClient() {
    client.close();
  }

  /** A client can send such a name in a request, so the server must refuse it. */
  @Test
  @Override
  public void aNameOf256BytesCannotBeExpressed() {
    fails(() -> ((RemoteFileSystem) fs()).stat("/" + "a".repeat(256)), Errno.ENAMETOOLONG);
    fails(() -> ((RemoteFileSystem) fs()).stat("/" + "\u00e9".repeat(128)), Errno.ENAMETOOLONG);
  }

  /** Version 3 does not report how much space a file uses. */
  @Test
  @Override
  public void blocksGrowWithTheContent() throws Exception {
    file("f", "x".repeat(10_000));
    assertThat(fs().stat(at("f")).blocks()).isZero();
  }

  @Override
  public Set<Gap> gaps() {
    return VERSION_3;
  }

  @Override
  public int manyEntries() {
    return 5000;
  }

  @Override
  public Errno visible(Errno errno) {
    return Wire.visible(errno);
  }
}
