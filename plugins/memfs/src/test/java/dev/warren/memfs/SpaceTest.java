package dev.warren.memfs;

import static dev.warren.testkit.TestFiles.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FileSystemStats;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.MemoryBudget.Area;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import dev.warren.testkit.Race;
import dev.warren.testkit.TestFiles;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A file system uses a limited amount of memory, and gives back that of removed files. */
class SpaceTest {
  private static final int CHUNK = ChunkTree.CHUNK;
  private static final VfsPath FILE = path("/file");

  private final MemoryFileSystem fs = new MemoryFileSystem(10 * CHUNK, InstantSource.system());
  private final FileSystemStats empty = stats();

  @Test
  void mountsTogetherStayWithinTheHostsMemory() throws Exception {
    MemoryBudget budget = new MemoryBudget(64 << 20, 1);
    List<FileSystem> mounts = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      FileSystem mount =
          new MemoryFileSystem(64 << 20, InstantSource.system(), new Owner(0, 0), budget.open());
      mounts.add(mount);
      long room = mount.statfs(VfsPath.ROOT).freeBlocks() * CHUNK;
      try (OpenFile file = mount.open(FILE, OpenOptions.REPLACE, 0644)) {
        int written = file.write(ByteBuffer.allocate(64 << 20), 0);
        assertThat(written).isBetween((int) room / 2, 24 << 20);
        assertFull(() -> file.write(ByteBuffer.allocate(1 << 20), 64 << 20));
      }
      assertThat(mount.statfs(VfsPath.ROOT).freeBlocks()).isLessThan(8);
    }
    assertThat(budget.level(Area.HEAP).used()).isBetween(40L << 20, 52L << 20);

    for (FileSystem mount : mounts) {
      mount.unlink(FILE);
    }
    assertThat(budget.used(Use.CONTENTS)).isLessThan(64 << 10);
  }

  @Test
  void aWriteStopsWhereTheSpaceEnds() throws Exception {
    try (OpenFile file = fs.open(FILE, OpenOptions.READ_WRITE.withCreate(), 0644)) {
      assertThat(file.write(ByteBuffer.allocate(20 * CHUNK), 0)).isEqualTo(9 * CHUNK);
      assertThat(file.stat().size()).isEqualTo(9 * CHUNK);
      assertFull(() -> file.write(ByteBuffer.allocate(1), 9 * CHUNK));
      assertThat(file.write(ByteBuffer.allocate(CHUNK), 0)).as("over what is there").isPositive();
      file.truncate(CHUNK);
      assertThat(file.write(ByteBuffer.allocate(CHUNK), 5 * CHUNK)).isEqualTo(CHUNK);
    }
    assertThat(stats().freeBlocks()).isEqualTo(7);
  }

  @Test
  void namesAndFilesNeedSpace() throws Exception {
    assertFull(() -> repeat(path -> fs.mkdir(path, 0755)));
    int directories = TestFiles.names(fs, VfsPath.ROOT).size();
    assertThat(directories).isEqualTo(10 * CHUNK / 512);
    assertFull(() -> fs.symlink("a target", FILE));
    assertFull(() -> fs.mknod(FILE, 0010644, 0, 0));
    assertFull(() -> fs.open(FILE, OpenOptions.REPLACE, 0644));
    for (String name : TestFiles.names(fs, VfsPath.ROOT)) {
      fs.rmdir(VfsPath.ROOT.resolve(name));
    }
    assertThat(stats()).isEqualTo(empty);
    TestFiles.write(fs, FILE, "");
    assertFull(() -> repeat(path -> fs.link(FILE, path)));
    assertThat(TestFiles.names(fs, VfsPath.ROOT)).hasSize(2 * directories - 1);
  }

  private static void repeat(Creation creation) throws FsException {
    for (int i = 0; i < 1000; i++) {
      creation.create(path("/n" + i));
    }
  }

  /** Creates a name. */
  private interface Creation {
    void create(VfsPath path) throws FsException;
  }

  @Test
  void aFullFileSystemCanBeRenamedIn() throws Exception {
    TestFiles.write(fs, path("/a"), new byte[9 * CHUNK]);
    fs.mkdir(path("/d"), 0755);
    TestFiles.write(fs, path("/d/b"), "");
    assertFull(() -> repeat(path -> fs.mkdir(path, 0755)));
    fs.rename(path("/a"), path("/d/b"), true);
    assertThat(fs.stat(path("/d/b")).size()).isEqualTo(9 * CHUNK);
    assertThat(TestFiles.exists(fs, path("/a"))).isFalse();
    fs.rename(path("/d/b"), path("/a-name-that-is-longer"), true);
    assertThat(fs.stat(path("/a-name-that-is-longer")).size()).isEqualTo(9 * CHUNK);
  }

  @Test
  void extendedAttributesNeedSpace() throws Exception {
    TestFiles.write(fs, FILE, "x");
    FileSystemStats before = stats();
    fs.setXattr(FILE, "user.a", new byte[3 * CHUNK], XattrMode.SET);
    assertThat(stats().freeBlocks()).isLessThanOrEqualTo(before.freeBlocks() - 3);
    assertFull(() -> fs.setXattr(FILE, "user.b", new byte[9 * CHUNK], XattrMode.SET));
    assertFull(() -> fs.setXattr(FILE, "user.a", new byte[9 * CHUNK], XattrMode.SET));
    assertThat(fs.getXattr(FILE, "user.a")).hasSize(3 * CHUNK);
    fs.setXattr(FILE, "user.a", new byte[1], XattrMode.SET);
    fs.removeXattr(FILE, "user.a");
    assertThat(stats()).isEqualTo(before);
    fs.setXattr(FILE, "user.a", new byte[1], XattrMode.SET);
    fs.unlink(FILE);
    assertThat(stats()).isEqualTo(empty);
  }

  @Test
  void anOpenFileKeepsItsSpace() throws Exception {
    OpenFile first = fs.open(FILE, OpenOptions.REPLACE, 0644);
    OpenFile second = fs.open(FILE, OpenOptions.READ_WRITE, 0);
    first.write(ByteBuffer.allocate(4 * CHUNK), 0);
    fs.unlink(FILE);
    first.close();
    first.close();
    second.write(ByteBuffer.wrap(new byte[] {7}), 4 * CHUNK);
    assertThat(stats().freeBlocks()).isEqualTo(4);
    assertThat(TestFiles.read(second)).hasSize(4 * CHUNK + 1).endsWith(7);
    second.abort(new FsException(Errno.ECONNRESET));
    assertThat(stats()).isEqualTo(empty);
  }

  @Test
  void aReplacedFileReleasesItsSpace() throws Exception {
    TestFiles.write(fs, FILE, new byte[4 * CHUNK]);
    TestFiles.write(fs, path("/new"), "");
    fs.rename(path("/new"), FILE, true);
    fs.unlink(FILE);
    fs.mkdir(path("/a"), 0755);
    fs.mkdir(path("/b"), 0755);
    fs.rename(path("/a"), path("/b"), true);
    fs.rmdir(path("/b"));
    assertThat(stats()).isEqualTo(empty);
  }

  @Test
  void afterConcurrentChangesAllSpaceIsReleased() throws Exception {
    Race.run(4, index -> new Wanderer(new Random(index)).wander());
    for (String name : TestFiles.names(fs, VfsPath.ROOT)) {
      TestFiles.removeTree(fs, VfsPath.ROOT.resolve(name));
    }
    assertThat(stats()).isEqualTo(empty);
    assertThat(fs.stat(VfsPath.ROOT).linkCount()).isEqualTo(2);
  }

  /** Performs various operations on a few names that other threads use as well. */
  private final class Wanderer {
    private final Random random;

    Wanderer(Random random) {
      this.random = random;
    }

    void wander() throws FsException {
      for (int i = 0; i < 5_000; i++) {
        try {
          step();
        } catch (FsException e) {
          assertThat(e.errno())
              .isIn(
                  Errno.ENOENT,
                  Errno.EEXIST,
                  Errno.ENOTDIR,
                  Errno.EISDIR,
                  Errno.ENOTEMPTY,
                  Errno.EINVAL,
                  Errno.ENOSPC,
                  Errno.ENODATA,
                  Errno.EPERM,
                  Errno.ELOOP,
                  Errno.ENXIO);
        }
      }
    }

    private VfsPath anyPath() throws FsException {
      VfsPath path = VfsPath.ROOT.resolve("n" + random.nextInt(4));
      return random.nextBoolean() ? path : path.resolve("m" + random.nextInt(3));
    }

    private void step() throws FsException {
      switch (random.nextInt(9)) {
        case 0 -> fs.mkdir(anyPath(), 0755);
        case 1 -> fs.rmdir(anyPath());
        case 2 -> fs.unlink(anyPath());
        case 3 -> fs.rename(anyPath(), anyPath(), random.nextBoolean());
        case 4 -> fs.link(anyPath(), anyPath());
        case 5 -> fs.symlink("somewhere", anyPath());
        case 6 -> fs.setXattr(anyPath(), "user.x", new byte[random.nextInt(900)], XattrMode.SET);
        case 7 ->
            fs.setAttributes(anyPath(), AttributeChanges.NONE.withSize(random.nextInt(9_000)));
        default -> {
          VfsPath path = anyPath();
          try (OpenFile file = fs.open(path, OpenOptions.WRITE.withCreate(), 0644)) {
            file.write(ByteBuffer.allocate(random.nextInt(9_000)), random.nextInt(9_000));
            if (random.nextBoolean()) {
              fs.unlink(path);
            }
          }
        }
      }
    }
  }

  private FileSystemStats stats() {
    try {
      return fs.statfs(VfsPath.ROOT);
    } catch (FsException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertFull(ThrowingCallable operation) {
    assertThatThrownBy(operation)
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
  }
}
