package dev.warren.api.synthetic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Short-hands for operations on synthetic trees. */
final class Trees {
  static final VfsPath FILE = path("/file");

  private Trees() {}

  static VfsPath path(String text) {
    try {
      return VfsPath.parse(text);
    } catch (FsException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /** Returns a file system with one file, {@link #FILE}. */
  static SyntheticFileSystem of(SyntheticFile file) {
    return new SyntheticFileSystem(SyntheticDirectory.fixed().with("file", file));
  }

  static OpenFile open(FileSystem fs, OpenOptions options) throws FsException {
    return fs.open(FILE, options, 0644);
  }

  /** Returns the result of one read. */
  static String read(OpenFile file, long offset) throws FsException {
    ByteBuffer target = ByteBuffer.allocate(100);
    int count = file.read(target, offset);
    assertThat(target.position()).isEqualTo(count);
    return new String(target.array(), 0, count, UTF_8);
  }

  static String read(FileSystem fs, VfsPath path) throws FsException {
    try (OpenFile file = fs.open(path, OpenOptions.READ, 0)) {
      return read(file, 0);
    }
  }

  static int write(OpenFile file, String text, long offset) throws FsException {
    return file.write(ByteBuffer.wrap(text.getBytes(UTF_8)), offset);
  }

  static List<DirectoryEntry> list(FileSystem fs, VfsPath directory) throws FsException {
    try (OpenDirectory open = fs.openDirectory(directory)) {
      List<DirectoryEntry> entries = new ArrayList<>();
      open.read(0, true, entries::add);
      return entries;
    }
  }

  static List<String> names(FileSystem fs, VfsPath directory) throws FsException {
    return list(fs, directory).stream().map(DirectoryEntry::name).toList();
  }

  static void assertErrno(Errno errno, ThrowingCallable operation) {
    assertThatThrownBy(operation)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }
}
