package dev.warren.gptfs.store;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Whole files and directories, over the file-system contract. */
public final class Files {
  private Files() {}

  /** Writes all of a buffer; throws ENOSPC if the file accepts no more. */
  public static void writeFully(OpenFile file, ByteBuffer source, long offset) throws FsException {
    long at = offset;
    while (source.hasRemaining()) {
      int written = file.write(source, at);
      if (written == 0) {
        throw new FsException(Errno.ENOSPC);
      }
      at += written;
    }
  }

  /** Reads until the buffer is full or the file ends. */
  public static void readFully(OpenFile file, ByteBuffer target, long offset) throws FsException {
    long at = offset;
    while (target.hasRemaining()) {
      int read = file.read(target, at);
      if (read == 0) {
        return;
      }
      at += read;
    }
  }

  /**
   * Reads a whole file.
   *
   * @param limit the maximum size in bytes
   * @throws FsException EFBIG if the file is larger
   */
  public static byte[] read(FileSystem files, VfsPath path, long limit) throws FsException {
    OpenFile file = files.open(path, OpenOptions.READ, 0);
    try {
      long size = file.stat().size();
      if (size > limit) {
        throw new FsException(Errno.EFBIG, path);
      }
      ByteBuffer content = ByteBuffer.allocate((int) size);
      readFully(file, content, 0);
      byte[] bytes = content.array();
      return content.position() == bytes.length ? bytes : Arrays.copyOf(bytes, content.position());
    } finally {
      file.close();
    }
  }

  /** Creates a directory and its missing parents. Another host may do so at the same time. */
  public static void makeDirectories(FileSystem files, VfsPath path) throws FsException {
    if (path.isRoot() || isMade(files, path)) {
      return;
    }
    makeDirectories(files, path.parentOrRoot());
    if (!isMade(files, path)) {
      throw new FsException(Errno.ENOENT, path);
    }
  }

  /** Creates a directory if it does not exist; returns false if its parent is missing. */
  private static boolean isMade(FileSystem files, VfsPath path) throws FsException {
    try {
      files.mkdir(path, 0755);
      return true;
    } catch (FsException e) {
      return switch (e.errno()) {
        case EEXIST -> true;
        case ENOENT -> false;
        default -> throw e;
      };
    }
  }

  /** Removes a file if it exists; returns whether it did. */
  public static boolean removeIfThere(FileSystem files, VfsPath path) throws FsException {
    try {
      files.unlink(path);
      return true;
    } catch (FsException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
        return false;
      }
      throw e;
    }
  }

  /** Whether a file or directory exists at a path. */
  public static boolean isThere(FileSystem files, VfsPath path) throws FsException {
    try {
      FileAttributes _ = files.stat(path);
      return true;
    } catch (FsException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
        return false;
      }
      throw e;
    }
  }

  /** Whether a directory exists at a path. */
  public static boolean isDirectory(FileSystem files, VfsPath path) throws FsException {
    return isThere(files, path) && files.stat(path).isDirectory();
  }

  /** The names in a directory; none if it does not exist. */
  public static List<String> names(FileSystem files, VfsPath directory) throws FsException {
    List<String> names = new ArrayList<>();
    OpenDirectory listing;
    try {
      listing = files.openDirectory(directory);
    } catch (FsException e) {
      if (e.errno() == Errno.ENOENT) {
        return names;
      }
      throw e;
    }
    try (listing) {
      listing.read(0, false, entry -> names.add(entry.name()));
    }
    return names;
  }

  /** Brings the names in a directory to stable storage. */
  public static void syncDirectory(FileSystem files, VfsPath directory) throws FsException {
    try (OpenDirectory opened = files.openDirectory(directory)) {
      opened.sync();
    }
  }
}
