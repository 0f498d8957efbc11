package dev.warren.localfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Caller;
import dev.warren.api.DescriptorBudget;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code identity: caller}: as root it works; for any other user it is refused. */
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
   * The client's kernel knows groups that the host does not, and may already run a program that
   * cannot be read, before it makes the request.
   */
  @Test
  void whatATrustedClientHasCheckedIsGranted() throws Exception {
    try (TestDirectory test = TestDirectory.inMemory()) {
      LinuxLocalfs.Permits permits =
          new LinuxLocalfs.Permits(false, LinuxLocalfs.Rights.CLIENT, false);
      if (!LinuxLocalfs.isRoot()) {
        assertThatThrownBy(
                () -> LinuxLocalfs.open(test.path(), permits, DescriptorBudget.unlimited()))
            .isInstanceOf(IOException.class);
        return;
      }
      try (FileSystem fs = LinuxLocalfs.open(test.path(), permits, DescriptorBudget.unlimited())) {
        openToAll(test.path());
        VfsPath program = TestFiles.path("/program");
        TestFiles.write(fs, program, "run me");
        Files.setAttribute(test.path().resolve("program"), "unix:mode", 0711);
        FileSystem checked = fs.as(caller(1002, 2002, List.of(), true));
        assertThat(TestFiles.readText(checked, program)).isEqualTo("run me");
        VfsPath made = TestFiles.path("/made");
        TestFiles.write(checked, made, "theirs");
        assertThat(fs.stat(made).uid()).isEqualTo(1002);
        assertThat(fs.stat(made).gid()).isEqualTo(2002);

        FileSystem unchecked = fs.as(caller(1002, 2002, List.of(), false));
        fails(Errno.EACCES, () -> unchecked.open(program, OpenOptions.READ, 0));
        TestFiles.write(fs, TestFiles.path("/hosts"), "x");
        assertThat(fs.stat(TestFiles.path("/hosts")).uid()).isZero();
      }
    }
  }

  /** Changes of attributes of an open file are checked again against the caller's rights. */
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

  /**
   * Like a request of a program in a set-gid directory: it acts with the directory's group, but
   * reaches the directory with its own.
   */
  @Test
  void aCallersOwnGroupAppliesInAdditionToTheNamedOne() throws Exception {
    try (TestDirectory test = TestDirectory.inMemory()) {
      if (!LinuxLocalfs.isRoot()) {
        refused(test.path());
        return;
      }
      Path shared = Files.createDirectories(test.path().resolve("group/shared"));
      Files.setAttribute(shared, "unix:gid", 3001);
      Files.setAttribute(shared, "unix:mode", 02770);
      Files.setAttribute(shared.getParent(), "unix:gid", 2001);
      Files.setAttribute(shared.getParent(), "unix:mode", 0750);
      try (FileSystem fs = LinuxLocalfs.open(test.path(), false, true)) {
        Files.setAttribute(test.path(), "unix:mode", 0755);
        VfsPath file = TestFiles.path("/group/shared/file");
        VfsPath directory = TestFiles.path("/group/shared/directory");
        for (boolean trusted : new boolean[] {true, false}) {
          Caller member = caller(1001, 2001, List.of(3001), trusted);
          FileSystem theirs = fs.as(member.withGid(3001));
          TestFiles.write(theirs, file, "made");
          theirs.mkdir(directory, 0755);
          assertThat(fs.stat(file).gid()).isEqualTo(3001);
          assertThat(fs.stat(directory).gid()).isEqualTo(3001);
          assertThat(fs.stat(directory).permissions() & 02000).isEqualTo(02000);
          fs.unlink(file);
          fs.rmdir(directory);
        }
      }
    }
  }

  /** A caller that is not trusted cannot claim membership of a group. */
  @Test
  void aStrangersGroupIsOneOfTheirs() throws Exception {
    try (TestDirectory test = TestDirectory.inMemory()) {
      if (!LinuxLocalfs.isRoot()) {
        refused(test.path());
        return;
      }
      Path shadow = Files.writeString(test.path().resolve("shadow"), "secret");
      Files.setAttribute(shadow, "unix:gid", 42);
      Files.setAttribute(shadow, "unix:mode", 0640);
      try (FileSystem fs = LinuxLocalfs.open(test.path(), false, true)) {
        openToAll(test.path());
        FileSystem stranger = fs.as(caller(1001, 2001, List.of(3001), false).withGid(42));
        fails(Errno.EACCES, () -> stranger.open(TestFiles.path("/shadow"), OpenOptions.READ, 0));
        VfsPath file = TestFiles.path("/file");
        stranger.open(file, OpenOptions.WRITE.withExclusive(), 02755).close();
        assertThat(fs.stat(file).gid()).isEqualTo(2001);
        fails(
            Errno.EPERM,
            () -> stranger.setAttributes(file, AttributeChanges.NONE.withOwner(null, 42)));
        stranger.setAttributes(file, AttributeChanges.NONE.withOwner(null, 3001));
        FileSystem trusted = fs.as(caller(1002, 2002, List.of(), true).withGid(42));
        assertThat(TestFiles.readText(trusted, TestFiles.path("/shadow"))).isEqualTo("secret");
      }
    }
  }

  /**
   * Capabilities on a user's own program would make that user root: {@code setcap} is only for
   * trusted callers. The thread that acts for another caller still has the host's capabilities for
   * it.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void untrustedCallersCannotChangeAttributesThatGiveRights(boolean asCaller) throws Exception {
    try (TestDirectory test = TestDirectory.inMemory()) {
      if (asCaller && !LinuxLocalfs.isRoot()) {
        refused(test.path());
        return;
      }
      byte[] capability = {1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
      try (FileSystem fs = LinuxLocalfs.open(test.path(), false, asCaller)) {
        openToAll(test.path());
        FileSystem stranger = fs.as(caller(1001, 2001, List.of(), false));
        VfsPath program = TestFiles.path("/program");
        TestFiles.write(stranger, program, "x");
        for (String name : List.of("security.capability", "security.x", "trusted.x")) {
          fails(Errno.EPERM, () -> stranger.setXattr(program, name, capability, XattrMode.SET));
          fails(Errno.EPERM, () -> stranger.removeXattr(program, name));
        }
        fails(Errno.ENODATA, () -> stranger.getXattr(program, "security.capability"));
        if (LinuxLocalfs.isRoot()) {
          FileSystem trusted = fs.as(caller(1001, 2001, List.of(), true));
          trusted.setXattr(program, "security.capability", capability, XattrMode.SET);
          trusted.setXattr(program, "trusted.x", capability, XattrMode.SET);
          assertThat(trusted.listXattrs(program)).contains("security.capability", "trusted.x");
          assertThat(stranger.getXattr(program, "security.capability")).isEqualTo(capability);
          fails(Errno.ENODATA, () -> stranger.getXattr(program, "trusted.x"));
          assertThat(stranger.listXattrs(program)).containsExactly("security.capability");
          fails(Errno.EPERM, () -> stranger.removeXattr(program, "security.capability"));
          trusted.removeXattr(program, "security.capability");
        }
      }
    }
  }

  /** Devices are never opened through localfs, but the client's kernel might open them. */
  @Test
  void onlyTrustedCallersMakeDevices() throws Exception {
    try (TestDirectory test = TestDirectory.inMemory();
        FileSystem fs =
            LinuxLocalfs.open(
                test.path(),
                new LinuxLocalfs.Permits(false, LinuxLocalfs.Rights.HOST, true),
                DescriptorBudget.unlimited())) {
      openToAll(test.path());
      VfsPath device = TestFiles.path("/null");
      int mode = FileType.CHARACTER_DEVICE.modeBits() | 0600;
      FileSystem stranger = fs.as(caller(0, 0, List.of(), false));
      fails(Errno.EPERM, () -> stranger.mknod(device, mode, 1, 3));
      FileSystem trusted = fs.as(caller(0, 0, List.of(), true));
      if (!LinuxLocalfs.isRoot()) {
        fails(Errno.EPERM, () -> trusted.mknod(device, mode, 1, 3));
        return;
      }
      trusted.mknod(device, mode, 0xABC, 0xDEF12);
      assertThat(trusted.stat(device).type()).isEqualTo(FileType.CHARACTER_DEVICE);
      assertThat(trusted.stat(device).deviceMajor()).isEqualTo(0xABC);
      assertThat(trusted.stat(device).deviceMinor()).isEqualTo(0xDEF12);
      fails(Errno.ENXIO, () -> trusted.open(device, OpenOptions.READ, 0));
      fails(Errno.EINVAL, () -> trusted.mknod(TestFiles.path("/x"), mode, 0x1000, 0));
      fails(Errno.EINVAL, () -> trusted.mknod(TestFiles.path("/x"), mode, 1, 0x100000));
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

  /** Acts for one caller, or for the host, and counts the rounds with the correct result. */
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
    return caller(uid, gid, groups, true);
  }

  private static Caller caller(int uid, int gid, List<Integer> groups, boolean trusted) {
    return new Caller("user" + uid, uid, gid, groups, "9p", null, trusted);
  }

  private interface Attempt {
    void run() throws FsException;
  }

  private static void fails(Errno errno, Attempt attempt) {
    assertThatThrownBy(attempt::run)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }
}
