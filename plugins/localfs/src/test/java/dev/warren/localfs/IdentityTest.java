package dev.warren.localfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.localfs.linux.LinuxLocalfs;
import dev.warren.testkit.TestFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code identity: caller}: as root it works; as anybody else it is refused. */
class IdentityTest {
  private static final int ROUNDS = 1_000;

  @Test
  void callersHaveTheirOwnRights() throws Exception {
    try (TestDirectory test = TestDirectory.inMemory()) {
      if (!LinuxLocalfs.isRoot()) {
        refused(test.path());
        return;
      }
      try (FileSystem fs = LinuxLocalfs.open(test.path(), false, true)) {
        openToAll(test.path());
        FileSystem alice = fs.as(caller(1001, 2001, List.of(3001)));
        FileSystem bob = fs.as(caller(1002, 2002, List.of()));
        VfsPath file = TestFiles.path("/alice");
        TestFiles.write(alice, file, "hers");
        assertThat(alice.stat(file).uid()).isEqualTo(1001);
        assertThat(alice.stat(file).gid()).isEqualTo(2001);
        Files.setAttribute(test.path().resolve("alice"), "unix:mode", 0640);

        assertThat(TestFiles.readText(alice, file)).isEqualTo("hers");
        fails(Errno.EACCES, () -> bob.open(file, OpenOptions.READ, 0));
        fails(Errno.EPERM, () -> bob.unlink(file)); // the directory is sticky
        fails(
            Errno.EPERM,
            () -> bob.setAttributes(file, AttributeChanges.NONE.withPermissions(0777)));
        assertThat(TestFiles.readText(fs, file)).isEqualTo("hers");
        assertThat(fs.stat(file).uid()).isEqualTo(1001);

        Files.setAttribute(test.path().resolve("alice"), "unix:gid", 3001);
        fails(Errno.EACCES, () -> bob.open(file, OpenOptions.READ, 0));
        FileSystem member = fs.as(caller(1002, 2002, List.of(7, 3001)));
        assertThat(TestFiles.readText(member, file)).isEqualTo("hers");

        FileSystem stranger = fs.as(new Caller("eve", -1, -1, List.of(), "sftp", null));
        TestFiles.write(stranger, TestFiles.path("/eve"), "x");
        assertThat(fs.stat(TestFiles.path("/eve")).uid()).isEqualTo(65534);
        fails(Errno.EACCES, () -> stranger.open(file, OpenOptions.READ, 0));
      }
    }
  }

  /**
   * What the caller may do with a file that is open is decided again when its attributes change.
   */
  @Test
  void openFilesKeepTheirCaller() throws Exception {
    try (TestDirectory test = TestDirectory.inMemory()) {
      if (!LinuxLocalfs.isRoot()) {
        refused(test.path());
        return;
      }
      try (FileSystem fs = LinuxLocalfs.open(test.path(), false, true)) {
        openToAll(test.path());
        FileSystem alice = fs.as(caller(1001, 2001, List.of()));
        VfsPath path = TestFiles.path("/file");
        try (OpenFile file = alice.open(path, OpenOptions.WRITE.withCreate(), 04755)) {
          fails(Errno.EPERM, () -> file.setAttributes(AttributeChanges.NONE.withOwner(1002, null)));
          file.write(ByteBuffer.wrap(new byte[1]), 0);
          assertThat(file.stat().permissions()).isEqualTo(0755);
        }
      }
    }
  }

  @Tag("slow")
  @Test
  void manyThreadsOfTwoCallersNeverMixThemUp() throws Exception {
    try (TestDirectory test = TestDirectory.inMemory()) {
      if (!LinuxLocalfs.isRoot()) {
        refused(test.path());
        return;
      }
      try (FileSystem fs = LinuxLocalfs.open(test.path(), false, true);
          ExecutorService platform = Executors.newFixedThreadPool(4);
          ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
        openToAll(test.path());
        List<Callable<Integer>> workers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
          int uid = 1001 + i % 2;
          int worker = i;
          fs.as(caller(uid, uid, List.of(uid + 1000)))
              .mkdir(TestFiles.path("/" + uid + "-" + worker), 0700);
          workers.add(() -> work(fs, uid, worker));
        }
        workers.add(() -> work(fs, 0, 6));
        workers.add(() -> work(fs, 0, 7));
        List<Future<Integer>> results = new ArrayList<>();
        for (Callable<Integer> worker : workers) {
          results.add(platform.submit(worker));
          results.add(virtual.submit(worker));
        }
        for (Future<Integer> result : results) {
          assertThat(result.get()).isEqualTo(ROUNDS);
        }
      }
    }
  }

  /** Acts for one caller, or for the host, and counts the rounds that went as they must. */
  private static int work(FileSystem fs, int uid, int worker) throws FsException {
    FileSystem mine = uid == 0 ? fs : fs.as(caller(uid, uid, List.of(uid + 1000)));
    VfsPath theirs = TestFiles.path("/" + (uid == 1001 ? "1002-1" : "1001-0"));
    String name = "/%s-%s-%s-".formatted(uid, worker, Thread.currentThread().threadId());
    int right = 0;
    for (int i = 0; i < ROUNDS; i++) {
      VfsPath file = TestFiles.path(name + i % 10);
      int owner;
      try (OpenFile open = mine.open(file, OpenOptions.REPLACE, 0600)) {
        owner = open.stat().uid();
      }
      boolean locked;
      try {
        mine.stat(theirs.resolve("none"));
        locked = false;
      } catch (FsException e) {
        locked = e.errno() == Errno.EACCES;
      }
      mine.unlink(file);
      right += owner == uid && locked == (uid != 0) ? 1 : 0;
    }
    return right;
  }

  private static void refused(Path directory) {
    assertThatThrownBy(() -> LinuxLocalfs.open(directory, false, true))
        .isInstanceOf(IOException.class);
  }

  private static void openToAll(Path directory) throws IOException {
    Files.setAttribute(directory, "unix:mode", 01777);
  }

  private static Caller caller(int uid, int gid, List<Integer> groups) {
    return new Caller("user" + uid, uid, gid, groups, "9p", null);
  }

  private interface Attempt {
    void run() throws FsException;
  }

  private static void fails(Errno errno, Attempt attempt) {
    assertThatThrownBy(attempt::run)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }
}
