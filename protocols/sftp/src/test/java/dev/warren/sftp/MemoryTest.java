package dev.warren.sftp;

import static dev.warren.testkit.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.MemoryBudget;
import dev.warren.api.MemoryBudget.Area;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.sftp.session.ChannelMemory;
import dev.warren.sftp.wire.MessageType;
import dev.warren.testkit.BlockingFileSystem;
import dev.warren.testkit.CallBarrier;
import dev.warren.testkit.TestFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.sshd.client.channel.ChannelSubsystem;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.sftp.client.RawSftpClient;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClient.CloseableHandle;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The memory that clients use: all of it is charged, and a client that wants too much harms no
 * other.
 */
class MemoryTest {
  private static final KeyPair KEY = TestKeys.ed25519();
  private static final VfsPath FILE = TestFiles.path("/f");
  private static final int HEAP = 40 << 20;
  private static final int CHANNELS = 10;

  /** With SSH's own fields the packet is 64 KiB, which is the maximum that is accepted. */
  private static final int LONGEST_IGNORED = 65_515;

  @TempDir Path state;
  private final MemoryBudget budget = new MemoryBudget(HEAP, 8 << 20);
  private final BlockingFileSystem files = new BlockingFileSystem(new MemoryFileSystem());
  private final List<MemoryBudget.Account> greedy = new ArrayList<>();
  private final TestClock clock = new TestClock();
  private TestClient client;
  private RunningFrontEnd server;

  @BeforeEach
  void start() throws IOException {
    TestFiles.write(files, FILE, new byte[1 << 20]);
    client = new TestClient();
    server =
        TestServer.start(
            new SftpFrontEnd(clock),
            files,
            state,
            Map.of(
                "max_channels",
                CHANNELS,
                "users",
                List.of(Map.of("name", "user", "authorized_keys", TestKeys.line(KEY)))),
            budget);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private ClientSession logIn() throws IOException {
    return client.logIn(server, "user", KEY, null);
  }

  private long used() {
    return budget.level(Area.HEAP).used();
  }

  /** A length field of 1 MiB and one byte more, on the maximum number of channels. */
  @Test
  void anAnnouncedLengthNeedsLittleMemory() throws Exception {
    for (int i = 0; i < 4; i++) {
      ClientSession session = logIn();
      for (int c = 0; c < CHANNELS; c++) {
        ChannelSubsystem channel = session.createSubsystemChannel("sftp");
        channel.setOut(new ByteArrayOutputStream());
        channel.open().verify(TestClient.LIMIT);
        OutputStream in = channel.getInvertedIn();
        in.write(new byte[] {0, 0x10, 0, 0, 1});
        in.flush();
      }
    }
    assertThat(used()).isLessThan(4 * CHANNELS * 300L * 1024);
    try (ClientSession session = logIn();
        SftpClient sftp = TestClient.sftp(session)) {
      assertThat(sftp.stat("/f").getSize()).isEqualTo(1 << 20);
    }
  }

  /** Channels, handles and all else: the memory is returned when the client is gone. */
  @Test
  void allMemoryIsReleased() throws Exception {
    long before = used();
    ClientSession session = logIn();
    SftpClient sftp = TestClient.sftp(session);
    for (int i = 0; i < 5; i++) {
      sftp.open("/f", OpenMode.Read);
      sftp.openDir("/");
    }
    try (OutputStream out = sftp.write("/g")) {
      out.write(new byte[3 << 20]);
    }
    CallBarrier barrier = files.hold(Operation.OPEN, FILE);
    for (int i = 0; i < 5; i++) {
      open((RawSftpClient) sftp, "/f");
    }
    await().until(() -> barrier.waiting() == 5 || stat(sftp));
    assertThat(used()).isGreaterThan(before + (1 << 18));
    session.close(true);
    await().until(() -> used() == before);
    for (Use use : Use.values()) {
      assertThat(budget.used(use)).as(use.toString()).isZero();
    }
  }

  private static boolean stat(SftpClient sftp) throws IOException {
    return sftp.stat("/")
        .isRegularFile(); // the result is false, but the request has passed through the queue
    // behind the blocked ones
  }

  private static int open(RawSftpClient raw, String path) throws IOException {
    Buffer open = new ByteArrayBuffer();
    open.putString(path);
    open.putUInt(1);
    open.putUInt(0);
    return raw.send(MessageType.OPEN, open);
  }

  /** Other clients use all memory that they may; a new client can still list, read and write. */
  @Test
  void withoutFreeMemorySmallRequestsStillWork() throws Exception {
    takeAll();
    try (ClientSession session = logIn();
        SftpClient sftp = TestClient.sftp(session)) {
      assertThat(sftp.stat("/f").getSize()).isEqualTo(1 << 20);
      try (CloseableHandle handle = sftp.open("/g", OpenMode.Write, OpenMode.Create)) {
        sftp.write(handle, 0, new byte[10_000], 0, 10_000);
      }
      try (CloseableHandle handle = sftp.open("/f", OpenMode.Read)) {
        assertThat(sftp.read(handle, 0, new byte[32 * 1024])).isEqualTo(32 * 1024);
      }
    }
  }

  /**
   * The client's packets become longer only after others have allocated all memory, which they
   * keep.
   */
  @Test
  void withoutFreeMemorySessionsContinue() throws Exception {
    byte[] content = new byte[400_000];
    new Random(1).nextBytes(content);
    try (ClientSession session = logIn();
        SftpClient sftp = TestClient.sftp(session);
        OutputStream out = sftp.write("/g");
        InputStream in = sftp.read("/f")) {
      takeAll();
      takeAllOfConnections();
      out.write(content);
      assertThat(in.readAllBytes()).hasSize(1 << 20);
    }
    assertThat(TestFiles.read(files, TestFiles.path("/g"))).isEqualTo(content);
  }

  /**
   * A packet that is longer than channels send: it waits for memory, and earlier requests do not.
   */
  @Test
  void aPacketForWhichThereIsNoMemoryWaits() throws Exception {
    try (ClientSession session = logIn();
        SftpClient sftp = TestClient.sftp(session)) {
      takeAll();
      takeAllOfConnections();
      long refused = budget.refusals(Use.PACKETS);
      Buffer ignored = session.createBuffer(SshConstants.SSH_MSG_IGNORE, LONGEST_IGNORED + 64);
      ignored.putBytes(new byte[LONGEST_IGNORED]);
      session.writePacket(ignored);
      Buffer path = new ByteArrayBuffer();
      path.putString("/f");
      int stat = ((RawSftpClient) sftp).send(MessageType.STAT, path);
      await().until(() -> budget.refusals(Use.PACKETS) > refused);
      for (int i = 0; i < 20; i++) {
        int asked = client.keepAlives();
        clock.pass(Duration.ofSeconds(30));
        await().until(() -> client.keepAlives() > asked);
      }
      assertThat(server.sessions()).hasSize(1);
      greedy.forEach(MemoryBudget.Account::close);
      assertThat(((RawSftpClient) sftp).receive(stat, TestClient.LIMIT)).isNotNull();
      assertThat(sftp.stat("/f").getSize()).isEqualTo(1 << 20);
    }
  }

  @Test
  void aRequestWithoutMemoryIsRefusedAndTheSessionContinues() throws Exception {
    try (ClientSession session = logIn();
        SftpClient sftp = TestClient.sftp(session)) {
      CloseableHandle reading = sftp.open("/f", OpenMode.Read);
      CloseableHandle writing = sftp.open("/g", OpenMode.Write, OpenMode.Create);
      sftp.write(writing, 0, new byte[100_000], 0, 100_000); // uses SSH's longest packets
      takeAll();
      takeAllOfConnections();
      Wire wire = new Wire((RawSftpClient) sftp);
      assertThatThrownBy(
              () ->
                  wire.ask(
                      MessageType.READ,
                      b -> {
                        b.putBytes(reading.getIdentifier());
                        b.putLong(0);
                        b.putUInt(1 << 20);
                      }))
          .hasMessageContaining("memory");
      assertThatThrownBy(
              () ->
                  wire.ask(
                      MessageType.WRITE,
                      b -> {
                        b.putBytes(writing.getIdentifier());
                        b.putLong(0);
                        b.putBytes(new byte[900_000]);
                      }))
          .hasMessageContaining("memory");
      assertThat(sftp.read(reading, 0, new byte[32 * 1024])).isEqualTo(32 * 1024);
      sftp.write(writing, 0, new byte[10_000], 0, 10_000);
      assertThat(sftp.stat("/g").getSize()).isEqualTo(100_000);
    }
  }

  private void takeAll() {
    MemoryBudget.Account account = budget.open();
    greedy.add(account);
    while (account.tryTake(Use.CONTENTS, 16 * 1024)) {}
  }

  /** Takes as much memory as hundreds of users would, each as much as it can get. */
  private void takeAllOfConnections() {
    for (int i = 0; i < 1000; i++) {
      takeAll();
    }
  }

  @Test
  void theFirstWindowIsSmall() throws Exception {
    List<Long> windows = new ArrayList<>();
    try (ClientSession session = logIn();
        SftpClient sftp = TestClient.sftp(session)) {
      windows.add(sftp.getClientChannel().getRemoteWindow().getSize());
    }
    assertThat(windows.getFirst()).isLessThanOrEqualTo(ChannelMemory.FIRST_WINDOW);
  }
}
