package dev.warren.testkit;

import static dev.warren.api.Errno.EBADF;
import static dev.warren.api.Errno.EBUSY;
import static dev.warren.api.Errno.EEXIST;
import static dev.warren.api.Errno.EINVAL;
import static dev.warren.api.Errno.EISDIR;
import static dev.warren.api.Errno.ENODATA;
import static dev.warren.api.Errno.ENOENT;
import static dev.warren.api.Errno.ENOTDIR;
import static dev.warren.api.Errno.ENOTEMPTY;
import static dev.warren.api.Errno.EOPNOTSUPP;
import static dev.warren.api.Errno.EPERM;
import static dev.warren.api.Errno.EROFS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.TimeChange;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The requirements for a read-only file system: every change fails and changes nothing. The error
 * is EROFS, or another one if the request itself is wrong.
 */
public abstract class ReadOnlyFileSystemContract {
  private @Nullable FileSystem fileSystem;

  /** Creates the contract, for classes that extend it. */
  protected ReadOnlyFileSystemContract() {}

  /**
   * Opens the file system under test, with an {@link #existingFile()}, an {@link #otherFile()} in
   * the same directory and an {@link #emptyDirectory()}. It is closed after each case.
   */
  protected abstract FileSystem createFileSystem() throws Exception;

  /** A regular file that is not empty. */
  protected abstract VfsPath existingFile();

  /** Another regular file in the same directory. */
  protected abstract VfsPath otherFile();

  /** An empty directory or, if the file system has none, any directory. */
  protected abstract VfsPath emptyDirectory();

  /** The error of a refused change: EROFS by default, EACCES if an access rule forbids it. */
  protected Errno refusal() {
    return EROFS;
  }

  /**
   * The error of opening an existing file for writing: that of other changes by default, EACCES if
   * the file's own permissions forbid it.
   */
  protected Errno forWriting() {
    return refusal();
  }

  private FileSystem fs() {
    return Objects.requireNonNull(fileSystem, "set before each case");
  }

  private VfsPath missing() throws FsException {
    return existingFile().parentOrRoot().resolve("no-such-name");
  }

  private Map<String, String> tree(VfsPath path) throws FsException {
    Map<String, String> found = new TreeMap<>();
    FileAttributes attributes = fs().stat(path);
    found.put(path.toString(), attributes.type() + " " + attributes.permissions());
    if (attributes.isDirectory()) {
      for (String name : TestFiles.names(fs(), path)) {
        found.putAll(tree(path.resolve(name)));
      }
    } else if (path.equals(existingFile()) || path.equals(otherFile())) {
      found.put(path + " holds", TestFiles.readText(fs(), path));
    }
    return found;
  }

  private void refuses(FsCall change, Errno... others) throws FsException {
    Map<String, String> before = tree(existingFile().parentOrRoot());
    List<Errno> expected = new ArrayList<>(List.of(others));
    expected.add(refusal());
    assertThatCode(change::run)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isIn(expected));
    assertThat(tree(existingFile().parentOrRoot())).isEqualTo(before);
  }

  @BeforeEach
  final void openFileSystem() throws Exception {
    fileSystem = createFileSystem();
  }

  @AfterEach
  final void closeFileSystem() throws FsException {
    fs().close();
  }

  @Test
  final void filesCanBeRead() throws Exception {
    assertThat(TestFiles.read(fs(), existingFile())).isNotEmpty();
    assertThat(fs().stat(existingFile()).type()).isEqualTo(FileType.REGULAR);
  }

  @Test
  final void directoriesCanBeListed() throws Exception {
    assertThat(TestFiles.names(fs(), existingFile().parentOrRoot()))
        .contains(existingFile().name(), otherFile().name());
  }

  @Test
  final void missingNamesAreEnoent() {
    assertThatCode(() -> fs().stat(missing()))
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(ENOENT));
  }

  @Test
  final void filesCannotBeOpenedForWriting() throws Exception {
    refuses(() -> fs().open(existingFile(), OpenOptions.WRITE, 0), forWriting());
    refuses(() -> fs().open(existingFile(), OpenOptions.READ_WRITE, 0), forWriting());
    refuses(() -> fs().open(existingFile(), OpenOptions.REPLACE, 0644), forWriting());
    refuses(() -> fs().open(existingFile(), OpenOptions.WRITE.withAppend(), 0), forWriting());
  }

  @Test
  final void filesCannotBeCreated() throws Exception {
    refuses(() -> fs().open(missing(), OpenOptions.WRITE.withCreate(), 0644));
    refuses(() -> fs().open(missing(), OpenOptions.READ.withCreate(), 0644));
    refuses(() -> fs().open(missing(), OpenOptions.WRITE.withExclusive(), 0644));
    refuses(() -> fs().open(existingFile(), OpenOptions.WRITE.withExclusive(), 0644), EEXIST);
  }

  @Test
  final void aFileThatIsReadCannotBeChanged() throws Exception {
    try (OpenFile file = fs().open(existingFile(), OpenOptions.READ, 0)) {
      refuses(() -> file.write(ByteBuffer.wrap(new byte[] {1}), 0), EBADF);
      refuses(() -> file.truncate(0), EBADF, EINVAL);
      refuses(
          () -> file.setAttributes(AttributeChanges.NONE.withPermissions(0)), EPERM, EOPNOTSUPP);
    }
  }

  @Test
  final void namesCannotBeMade() throws Exception {
    refuses(() -> fs().mkdir(missing(), 0755));
    refuses(() -> fs().mkdir(emptyDirectory(), 0755), EEXIST);
    refuses(() -> fs().symlink("x", missing()), EOPNOTSUPP, EPERM);
    refuses(() -> fs().link(existingFile(), missing()), EOPNOTSUPP, EPERM);
    int fifo = FileType.FIFO.modeBits() | 0644;
    refuses(() -> fs().mknod(missing(), fifo, 0, 0), EOPNOTSUPP, EPERM);
  }

  @Test
  final void namesCannotBeRemoved() throws Exception {
    refuses(() -> fs().unlink(existingFile()));
    refuses(() -> fs().unlink(missing()), ENOENT);
    refuses(() -> fs().unlink(emptyDirectory()), EISDIR);
    refuses(() -> fs().rmdir(emptyDirectory()), ENOTEMPTY, EBUSY);
    refuses(() -> fs().rmdir(existingFile()), ENOTDIR);
  }

  @Test
  final void namesCannotBeChanged() throws Exception {
    refuses(() -> fs().rename(existingFile(), missing(), true));
    refuses(() -> fs().rename(existingFile(), otherFile(), true));
    refuses(() -> fs().rename(existingFile(), otherFile(), false), EEXIST);
    refuses(() -> fs().rename(missing(), otherFile(), true), ENOENT);
  }

  @Test
  final void attributesCannotBeChanged() throws Exception {
    AttributeChanges none = AttributeChanges.NONE;
    for (AttributeChanges changes :
        List.of(
            none.withSize(0),
            none.withPermissions(0),
            none.withOwner(1, 1),
            none.withTimes(TimeChange.NOW, TimeChange.NOW))) {
      Errno ofItsSize = changes.size() == null ? EPERM : forWriting();
      refuses(() -> fs().setAttributes(existingFile(), changes), EPERM, EOPNOTSUPP, ofItsSize);
    }
  }

  @Test
  final void extendedAttributesCannotBeChanged() throws Exception {
    refuses(
        () -> fs().setXattr(existingFile(), "user.a", new byte[1], XattrMode.SET),
        EOPNOTSUPP,
        EPERM);
    refuses(() -> fs().removeXattr(existingFile(), "user.a"), EOPNOTSUPP, EPERM, ENODATA);
  }
}
