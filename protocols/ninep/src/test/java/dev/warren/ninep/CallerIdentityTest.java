package dev.warren.ninep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.TimeChange;
import dev.warren.ninep.client.Fids;
import dev.warren.ninep.client.Frame;
import dev.warren.ninep.codec.MessageType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * localfs with {@code identity: caller}, as 9P clients see it: each user of a mount has their own
 * rights, in whatever order requests of several users run on the server's threads. Requires a host
 * that runs as root; any other host refuses this configuration, which is what is checked in that
 * case.
 */
@Tag("slow")
class CallerIdentityTest {
  private static final int ROOT = 1;
  private static final int ROUNDS = 300;
  private static final int ALICE = 1001;
  private static final int BOB = 1002;

  /** No system has a user of this number. */
  private static final int UNKNOWN = 1_234_567_890;

  /** The group of users that the system does not know. */
  private static final int NOBODY = 65_534;

  @TempDir Path directory;

  @BeforeEach
  void openToAll() throws IOException {
    Files.setAttribute(directory, "unix:mode", 01777);
  }

  private boolean refused() throws IOException {
    if (OtherUser.canBeOne()) {
      return false;
    }
    assertThatThrownBy(() -> TestServer.localfs(directory, Map.of("identity", "caller")))
        .isInstanceOf(IOException.class);
    return true;
  }

  private TestServer serve() throws Exception {
    return new TestServer()
        .mount("/files", TestServer.localfs(directory, Map.of("identity", "caller")));
  }

  @Test
  void eachConnectionActsAsItsUser() throws Exception {
    if (refused()) {
      return;
    }
    try (TestServer server = serve()) {
      List<Callable<Integer>> workers = new ArrayList<>();
      for (int uid : new int[] {ALICE, BOB, ALICE, BOB, 0}) {
        Fids fids = new Fids(server.session());
        fids.attach(ROOT, "/files", uid);
        workers.add(worker(fids, ROOT, uid, workers.size()));
      }
      hammer(workers);
    }
  }

  /** One attach for each user of the mount, as the Linux client does. */
  @Test
  void usersOfOneConnectionDoNotMix() throws Exception {
    if (refused()) {
      return;
    }
    try (TestServer server = serve()) {
      Fids fids = new Fids(server.session());
      List<Callable<Integer>> workers = new ArrayList<>();
      for (int uid : new int[] {ALICE, BOB, ALICE, BOB, 0}) {
        int root = ROOT + workers.size();
        fids.attach(root, "/files", uid);
        workers.add(worker(fids, root, uid, workers.size()));
      }
      hammer(workers);
      fids.client().close();
    }
  }

  /**
   * The threads of the server change between the host's rights and those of users, in any order.
   */
  @Test
  void usersDoNotMixWithAMountThatHasTheHostsIdentity() throws Exception {
    if (refused()) {
      return;
    }
    try (TestServer server = serve().mount("/host", TestServer.localfs(directory))) {
      Fids fids = new Fids(server.session());
      List<Callable<Integer>> workers = new ArrayList<>();
      for (int uid : new int[] {ALICE, BOB}) {
        int root = ROOT + workers.size();
        fids.attach(root, "/files", uid);
        workers.add(worker(fids, root, uid, workers.size()));
        int host = ROOT + workers.size();
        fids.attach(host, "/host", uid);
        workers.add(worker(fids, host, 0, workers.size()));
      }
      hammer(workers);
      fids.client().close();
    }
  }

  /** What Bob's fids of Alice's file allow him to do, whatever its names are. */
  @Test
  void anotherUsersOpenFileCannotBeChangedAfterItIsUnlinked() throws Exception {
    if (refused()) {
      return;
    }
    try (TestServer server = serve()) {
      Fids fids = new Fids(server.session());
      fids.attach(ROOT, "/files", ALICE);
      int open = 2;
      fids.walk(ROOT, open);
      fids.create(open, "private", Fids.READ_WRITE);
      fids.setAttributes(open, AttributeChanges.NONE.withPermissions(0600));
      fids.write(open, 0, "theirs");
      int bob = 3;
      int bobs = 4;
      fids.attach(bob, "/files", BOB);
      fids.walk(bob, bobs, "private");
      fids.unlink(ROOT, "private", 0);
      FileAttributes before = fids.stat(open);

      TimeChange moment = TimeChange.to(1_000_000_000, 0);
      for (AttributeChanges changes :
          List.of(
              AttributeChanges.NONE.withSize(0),
              AttributeChanges.NONE.withPermissions(0666),
              AttributeChanges.NONE.withTimes(moment, moment),
              AttributeChanges.NONE.withTimes(TimeChange.NOW, TimeChange.NOW))) {
        refuses(() -> fids.setAttributes(bobs, changes));
      }
      refuses(() -> fids.setXattr(bobs, "user.x", "mine"));
      refuses(() -> fids.open(bobs, Fids.READ_ONLY));

      assertThat(fids.stat(open)).isEqualTo(before);
      assertThat(fids.stat(bobs)).isEqualTo(before);
      assertThat(fids.read(open, 0, 10)).isEqualTo("theirs");
      fids.client().close();
    }
  }

  private static void refuses(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isIn(Errno.EACCES, Errno.EPERM));
  }

  private static void hammer(List<Callable<Integer>> workers) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> right = new ArrayList<>();
      for (Callable<Integer> worker : workers) {
        right.add(threads.submit(worker));
      }
      for (Future<Integer> each : right) {
        assertThat(each.get()).isEqualTo(ROUNDS);
      }
    }
  }

  /** Prepares a user's secret, then counts the rounds that behave correctly. */
  private Callable<Integer> worker(Fids fids, int root, int uid, int worker) throws Exception {
    Path secret = directory.resolve("secret-" + uid);
    if (Files.notExists(secret)) {
      Files.writeString(secret, "of " + uid);
      Files.setAttribute(secret, "unix:uid", uid);
      Files.setAttribute(secret, "unix:mode", 0600);
    }
    return () -> {
      int right = 0;
      for (int i = 0; i < ROUNDS; i++) {
        right += round(fids, root, uid, "f-" + worker + "-" + i % 7) ? 1 : 0;
      }
      return right;
    };
  }

  private static boolean round(Fids fids, int root, int uid, String name) throws FsException {
    int made = fids.client().newFid();
    fids.walk(root, made);
    fids.create(made, name, Fids.READ_WRITE);
    boolean owner = fids.stat(made).uid() == uid;
    fids.write(made, 0, "x");
    fids.clunk(made);
    boolean mine = opens(fids, root, "secret-" + uid);
    boolean alices = opens(fids, root, "secret-" + ALICE);
    boolean bobs = opens(fids, root, "secret-" + BOB);
    fids.unlink(root, name, 0);
    return owner
        && mine
        && alices == (uid == ALICE || uid == 0)
        && bobs == (uid == BOB || uid == 0);
  }

  private static boolean opens(Fids fids, int root, String name) throws FsException {
    int fid = fids.client().newFid();
    fids.walk(root, fid, name);
    try {
      fids.open(fid, Fids.READ_ONLY);
      return true;
    } catch (FsException e) {
      assertThat(e.errno()).isEqualTo(Errno.EACCES);
      return false;
    } finally {
      fids.clunk(fid);
    }
  }

  /**
   * The group is the process's, which need not be its user's: requests that create files name it.
   */
  @Test
  void newFilesHaveTheGroupThatTheRequestNames() throws Exception {
    if (refused()) {
      return;
    }
    try (TestServer server = serve()) {
      Fids fids = new Fids(server.session());
      fids.attach(ROOT, "/files", ALICE);
      fids.client()
          .call(
              MessageType.TMKDIR,
              Frame.of(MessageType.TMKDIR).u32(ROOT).name("d").u32(0755).u32(2002));
      fids.walk(ROOT, 2, "d");
      assertThat(fids.stat(2).uid()).isEqualTo(ALICE);
      assertThat(fids.stat(2).gid()).isEqualTo(2002);
      int other = 4;
      fids.attach(other, "/files", UNKNOWN);
      fids.mkdir(other, "e"); // names no group
      fids.walk(other, 3, "e");
      assertThat(fids.stat(3).uid()).isEqualTo(UNKNOWN);
      assertThat(fids.stat(3).gid()).isEqualTo(NOBODY);
      fids.client().close();
    }
  }
}
