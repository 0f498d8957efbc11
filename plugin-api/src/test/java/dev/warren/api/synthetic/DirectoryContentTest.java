package dev.warren.api.synthetic;

import static dev.warren.api.synthetic.SyntheticFile.constant;
import static dev.warren.api.synthetic.Trees.assertErrno;
import static dev.warren.api.synthetic.Trees.names;
import static dev.warren.api.synthetic.Trees.path;
import static dev.warren.api.synthetic.Trees.read;
import static dev.warren.api.synthetic.Trees.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Cancellation;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.Waits;
import dev.warren.api.WouldBlockException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Directories that clients change; the contract test is in the test kit. */
@Timeout(60)
class DirectoryContentTest {
  private final Map<String, SyntheticNode> entries = new ConcurrentSkipListMap<>();

  /** A directory with a file and a directory that permits no changes. */
  private final DirectoryContent still = () -> entries;

  /** A queue that is created and removed as a directory: its entries are fixed. */
  private final class Queues implements DirectoryContent {
    @Override
    public Map<String, SyntheticNode> entries() {
      return entries;
    }

    @Override
    public void createDirectory(String name, int permissions) {
      entries.put(
          name, SyntheticDirectory.fixed().with("size", constant("0\n")).withPermissions(0700));
    }

    @Override
    public void removeDirectory(String name) {
      entries.remove(name);
    }
  }

  private FileSystem tree(DirectoryContent content) {
    entries.put("f", constant("file\n"));
    entries.put("d", SyntheticDirectory.fixed());
    return new SyntheticFileSystem(
        SyntheticDirectory.fixed()
            .with("dir", SyntheticDirectory.of(content).with("ctl", constant("fixed\n")))
            .with("other", SyntheticDirectory.of(() -> Map.of()))
            .with("fixed", SyntheticDirectory.fixed()));
  }

  @Test
  void changesThatAContentDoesNotSupportAreRefusedAsByLinux() {
    FileSystem fs = tree(still);
    assertErrno(Errno.EACCES, () -> fs.open(path("/dir/new"), OpenOptions.REPLACE, 0644));
    assertErrno(Errno.EPERM, () -> fs.mkdir(path("/dir/new"), 0755));
    assertErrno(Errno.EPERM, () -> fs.unlink(path("/dir/f")));
    assertErrno(Errno.EPERM, () -> fs.rmdir(path("/dir/d")));
    assertErrno(Errno.EPERM, () -> fs.rename(path("/dir/f"), path("/dir/g"), true));
    assertErrno(Errno.EXDEV, () -> fs.rename(path("/dir/f"), path("/other/f"), true));
    assertErrno(Errno.EOPNOTSUPP, () -> fs.symlink("f", path("/dir/l")));
    assertErrno(Errno.EOPNOTSUPP, () -> fs.link(path("/dir/f"), path("/dir/g")));
    assertErrno(Errno.EOPNOTSUPP, () -> fs.mknod(path("/dir/p"), 0010644, 0, 0));
    assertErrno(Errno.EEXIST, () -> fs.symlink("f", path("/dir/f")));
  }

  @Test
  void otherErrorsComeFirst() {
    FileSystem fs = tree(still);
    assertErrno(Errno.ENOENT, () -> fs.unlink(path("/dir/none")));
    assertErrno(Errno.EISDIR, () -> fs.unlink(path("/dir/d")));
    assertErrno(Errno.ENOTDIR, () -> fs.rmdir(path("/dir/f")));
    assertErrno(Errno.EEXIST, () -> fs.mkdir(path("/dir/f"), 0755));
    assertErrno(Errno.ENOENT, () -> fs.rename(path("/dir/none"), path("/dir/g"), true));
    assertErrno(Errno.EEXIST, () -> fs.rename(path("/dir/f"), path("/dir/d"), false));
    assertErrno(Errno.EISDIR, () -> fs.rename(path("/dir/f"), path("/dir/d"), true));
    assertErrno(Errno.ENOTDIR, () -> fs.rename(path("/dir/d"), path("/dir/f"), true));
    assertErrno(Errno.EINVAL, () -> fs.rename(path("/dir/d"), path("/dir/d/e"), true));
  }

  @Test
  void fixedEntriesCannotBeRemoved() {
    FileSystem fs = tree(new Queues());
    assertErrno(Errno.EPERM, () -> fs.unlink(path("/dir/ctl")));
    assertErrno(Errno.EPERM, () -> fs.rename(path("/dir/ctl"), path("/dir/g"), true));
    assertErrno(Errno.EPERM, () -> fs.rename(path("/dir/f"), path("/dir/ctl"), true));
    assertErrno(Errno.EROFS, () -> fs.rename(path("/dir/f"), path("/fixed/f"), true));
    assertErrno(Errno.EROFS, () -> fs.rename(path("/fixed"), path("/dir/g"), true));
    assertErrno(Errno.EROFS, () -> fs.unlink(path("/fixed")));
  }

  @Test
  void aDirectoryIsRemovedWithItsFixedEntries() throws Exception {
    FileSystem fs = tree(new Queues());
    fs.mkdir(path("/dir/queue"), 0755);
    assertThat(names(fs, path("/dir"))).containsExactly("ctl", "d", "f", "queue");
    assertThat(read(fs, path("/dir/queue/size"))).isEqualTo("0\n");
    assertThat(fs.stat(path("/dir/queue")).permissions()).isEqualTo(0700);
    fs.rmdir(path("/dir/queue"));
    assertErrno(Errno.ENOENT, () -> fs.stat(path("/dir/queue")));
  }

  @Test
  void aDirectoryWithOtherEntriesCannotBeRemoved() throws Exception {
    FileSystem fs = tree(new Queues());
    entries.put("full", SyntheticDirectory.of(() -> Map.of("x", constant(""))));
    assertErrno(Errno.ENOTEMPTY, () -> fs.rmdir(path("/dir/full")));
    assertErrno(Errno.ENOTEMPTY, () -> fs.rename(path("/dir/d"), path("/dir/full"), true));
  }

  @Test
  void aFileMayAppearWhenItIsClosed() throws Exception {
    List<String> received = new ArrayList<>();
    DirectoryContent spool =
        new DirectoryContent() {
          @Override
          public Map<String, SyntheticNode> entries() {
            return entries;
          }

          @Override
          public SyntheticFile createFile(String name, int permissions) {
            return SyntheticFile.receiver(bytes -> received.add(name + " " + bytes.length));
          }
        };
    FileSystem fs = tree(spool);
    try (OpenFile file = fs.open(path("/dir/job"), OpenOptions.REPLACE, 0644)) {
      write(file, "12345", 0);
      assertErrno(Errno.ENOENT, () -> fs.stat(path("/dir/job")));
    }
    assertThat(received).containsExactly("job 5");
    assertErrno(
        Errno.EACCES, () -> fs.open(path("/dir/job"), OpenOptions.READ_WRITE.withCreate(), 0644));
  }

  @Test
  void clientsGetTheErrorsOfTheContent() {
    DirectoryContent full =
        new DirectoryContent() {
          @Override
          public Map<String, SyntheticNode> entries() {
            return entries;
          }

          @Override
          public SyntheticFile createFile(String name, int permissions) throws FsException {
            throw new FsException(Errno.EDQUOT, "ten keys are enough");
          }

          @Override
          public void removeFile(String name) {
            throw new UnsupportedOperationException();
          }
        };
    FileSystem fs = tree(full);
    assertThatThrownBy(() -> fs.open(path("/dir/new"), OpenOptions.REPLACE, 0644))
        .hasMessage("ten keys are enough");
    assertErrno(Errno.EOPNOTSUPP, () -> fs.unlink(path("/dir/f")));
  }

  /** A change that blocks delays only other changes, and those only until their clients give up. */
  @Test
  void aChangeThatBlocksDelaysOnlyChanges() throws Exception {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    DirectoryContent slow =
        new DirectoryContent() {
          @Override
          public Map<String, SyntheticNode> entries() {
            return entries;
          }

          @Override
          public void removeFile(String name) throws FsException {
            Waits.result(answer);
            entries.remove(name);
          }
        };
    FileSystem fs = tree(slow);
    entries.put("g", constant("another\n"));
    Background<Boolean> first = Background.waiting(() -> unlink(fs, "/dir/f"));
    Cancellation cancellation = new Cancellation();
    Background<Boolean> second =
        Background.waiting(() -> cancellation.call(() -> unlink(fs, "/dir/g")));
    assertThat(read(fs, path("/dir/g"))).isEqualTo("another\n");
    assertErrno(Errno.EROFS, () -> fs.mkdir(path("/fixed/new"), 0755));
    cancellation.cancel();
    assertThat(second.failure()).hasMessage(Errno.EINTR.message());
    answer.complete(null);
    assertThat(first.result()).isTrue();
    assertThat(unlink(fs, "/dir/g")).isTrue();
    assertThat(names(fs, path("/dir"))).containsExactly("ctl", "d");
  }

  private static boolean unlink(FileSystem fs, String name) throws FsException {
    fs.unlink(path(name));
    return true;
  }

  /** A content may use the file system that contains it. */
  @Test
  void aChangeMayMakeAnother() throws Exception {
    FileSystem[] self = new FileSystem[1];
    DirectoryContent linked =
        new DirectoryContent() {
          @Override
          public Map<String, SyntheticNode> entries() {
            return entries;
          }

          @Override
          public void removeFile(String name) throws FsException {
            if (name.equals("f")) {
              self[0].unlink(path("/dir/g"));
            }
            entries.remove(name);
          }
        };
    self[0] = tree(linked);
    entries.put("g", constant("goes too\n"));
    assertThat(unlink(self[0], "/dir/f")).isTrue();
    assertThat(entries).containsOnlyKeys("d");
  }

  @Test
  void onlyImmediateDirectoriesChangeWithoutBlocking() throws Exception {
    FileSystem view = tree(new Queues()).nonBlocking();
    assertWouldBlock(() -> view.mkdir(path("/dir/new"), 0755));
    assertWouldBlock(() -> view.unlink(path("/dir/f")));
    assertWouldBlock(() -> view.open(path("/dir/new"), OpenOptions.REPLACE, 0644));
    assertThat(entries).containsOnlyKeys("d", "f");
    FileSystem nonBlocking =
        new SyntheticFileSystem(SyntheticDirectory.of(new Queues()).nonBlocking()).nonBlocking();
    nonBlocking.mkdir(path("/new"), 0755);
    assertThat(entries).containsOnlyKeys("d", "f", "new");
  }

  @Test
  void nonBlockingDirectoriesOpenANewFile() throws Exception {
    DirectoryContent content =
        new DirectoryContent() {
          @Override
          public Map<String, SyntheticNode> entries() {
            return entries;
          }

          @Override
          public SyntheticFile createFile(String name, int permissions) {
            SyntheticFile file = SyntheticFile.stored(new MemoryContent());
            entries.put(name, file);
            return file;
          }
        };
    FileSystem view =
        new SyntheticFileSystem(SyntheticDirectory.of(content).nonBlocking()).nonBlocking();
    try (OpenFile file = view.open(path("/new"), OpenOptions.REPLACE, 0644)) {
      assertThat(file.stat().size()).isZero();
    }
    assertWouldBlock(() -> view.open(path("/new"), OpenOptions.REPLACE, 0644));
  }

  @Test
  void nothingChangesAfterTheClose() throws Exception {
    FileSystem fs = tree(new Queues());
    fs.close();
    assertErrno(Errno.EIO, () -> fs.mkdir(path("/dir/new"), 0755));
    assertErrno(Errno.EIO, () -> fs.rename(path("/dir/f"), path("/dir/g"), true));
    assertThat(entries).containsOnlyKeys("d", "f");
  }

  @Test
  void rootsAreNotRenamed() throws Exception {
    FileSystem fs = new SyntheticFileSystem(SyntheticDirectory.of(new Queues()));
    assertErrno(Errno.EBUSY, () -> fs.rename(VfsPath.ROOT, path("/x"), true));
    assertErrno(Errno.EBUSY, () -> fs.rmdir(VfsPath.ROOT));
    assertErrno(Errno.EISDIR, () -> fs.unlink(VfsPath.ROOT));
    assertThat(fs.stat(VfsPath.ROOT).permissions()).isEqualTo(0755);
  }

  private static void assertWouldBlock(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable operation) {
    assertThatThrownBy(operation).isSameAs(WouldBlockException.INSTANCE);
  }
}
