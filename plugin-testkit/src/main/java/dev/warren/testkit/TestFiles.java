package dev.warren.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Operations on whole files and directories, for tests. */
public final class TestFiles {
  /** The permissions of files that are created here. */
  public static final int FILE_PERMISSIONS = 0644;

  /** The permissions of directories that are created here. */
  public static final int DIRECTORY_PERMISSIONS = 0755;

  private static final int CHUNK = 64 * 1024;

  private TestFiles() {}

  /** Parses a path that the test knows to be valid. */
  public static VfsPath path(String text) {
    try {
      return VfsPath.parse(text);
    } catch (FsException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /** Creates or replaces a file. */
  public static void write(FileSystem fs, VfsPath path, String text) throws FsException {
    write(fs, path, text.getBytes(UTF_8));
  }

  /** Creates or replaces a file. */
  public static void write(FileSystem fs, VfsPath path, byte[] content) throws FsException {
    try (OpenFile file = fs.open(path, OpenOptions.REPLACE, FILE_PERMISSIONS)) {
      writeAll(file, ByteBuffer.wrap(content), 0);
    }
  }

  /** Writes all remaining bytes of a buffer, in as many writes as necessary. */
  public static void writeAll(OpenFile file, ByteBuffer source, long offset) throws FsException {
    long at = offset;
    while (source.hasRemaining()) {
      int size = source.remaining();
      int count = file.write(source, at);
      if (count <= 0 || count != size - source.remaining()) {
        throw new FsException(
            Errno.EIO,
            "a write of %d bytes returned %d".formatted(size - source.remaining(), count));
      }
      at += count;
    }
  }

  /** Returns a file's content as text. */
  public static String readText(FileSystem fs, VfsPath path) throws FsException {
    return new String(read(fs, path), UTF_8);
  }

  /** Returns a file's content. */
  public static byte[] read(FileSystem fs, VfsPath path) throws FsException {
    try (OpenFile file = fs.open(path, OpenOptions.READ, 0)) {
      return read(file);
    }
  }

  /** Returns an open file's content. */
  public static byte[] read(OpenFile file) throws FsException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
    while (readSome(file, buffer.clear(), content.size())) {
      content.write(buffer.array(), 0, buffer.position());
    }
    return content.toByteArray();
  }

  /** Reads a part of an open file; the result is shorter than {@code count} only at the end. */
  public static byte[] read(OpenFile file, long offset, int count) throws FsException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    boolean more = true;
    while (more && buffer.hasRemaining()) {
      more = readSome(file, buffer, offset + buffer.position());
    }
    byte[] content = new byte[buffer.position()];
    buffer.flip().get(content);
    return content;
  }

  /** Reads once, and checks that the returned count and the buffer's position agree. */
  private static boolean readSome(OpenFile file, ByteBuffer target, long offset)
      throws FsException {
    int before = target.position();
    int count = file.read(target, offset);
    if (count != target.position() - before) {
      throw new FsException(
          Errno.EIO,
          "a read of %d bytes moved the buffer by %d".formatted(count, target.position() - before));
    }
    return count > 0;
  }

  /** Returns the names in a directory, in the order of the listing. */
  public static List<String> names(FileSystem fs, VfsPath directory) throws FsException {
    return entries(fs, directory, false).stream().map(DirectoryEntry::name).toList();
  }

  /** Returns the entries of a directory, in the order of the listing. */
  public static List<DirectoryEntry> entries(FileSystem fs, VfsPath directory, boolean attributes)
      throws FsException {
    try (OpenDirectory open = fs.openDirectory(directory)) {
      List<DirectoryEntry> entries = new ArrayList<>();
      open.read(0, attributes, entries::add);
      return entries;
    }
  }

  /** Whether the name exists, even if it is a dangling link. */
  public static boolean exists(FileSystem fs, VfsPath path) throws FsException {
    try {
      fs.stat(path);
      return true;
    } catch (FsException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
        return false;
      }
      throw e;
    }
  }

  /** Removes a file, or a directory with its contents. */
  public static void removeTree(FileSystem fs, VfsPath path) throws FsException {
    if (!fs.stat(path).isDirectory()) {
      fs.unlink(path);
      return;
    }
    for (String name : names(fs, path)) {
      removeTree(fs, path.resolve(name));
    }
    fs.rmdir(path);
  }
}
