package dev.warren.localfs.portable;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.Reason;
import dev.warren.api.VfsPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Translates paths of the contract to paths of the host. It checks every directory of a path and
 * refuses symbolic links; but checking and using a name are two steps here, between which other
 * processes on the host may put a link in its place.
 */
final class Tree {
  private final Path root;
  private final HostMounts mounts;

  /**
   * @throws IOException if the directory cannot be accessed, or is in a file system that is not
   *     served
   */
  Tree(Path root) throws IOException {
    this.root = root;
    mounts = new HostMounts(root);
  }

  /**
   * Returns the host's path of a file, which must not be in a file system that is not served.
   *
   * @throws FsException as {@link #locateName}; EACCES
   */
  Path locate(VfsPath path) throws FsException {
    Path file = locateName(path);
    requireServed(file, path);
    return file;
  }

  /**
   * Returns the host's path of a file whose parents are directories, whether it exists or not, and
   * whatever is mounted there.
   *
   * @throws FsException ENOENT, ENOTDIR, ELOOP for a parent; EACCES if the parent is in a file
   *     system that is not served; EINVAL for a name that is not valid on this host
   */
  Path locateName(VfsPath path) throws FsException {
    Path here = root;
    for (String name : path.names()) {
      if (!here.equals(root)) {
        BasicFileAttributes attributes = require(here, path);
        if (attributes.isSymbolicLink()) {
          throw new FsException(Errno.ELOOP, path);
        }
        if (!attributes.isDirectory()) {
          throw new FsException(Errno.ENOTDIR, path);
        }
        requireServed(here, path);
      }
      here = child(here, name, path);
    }
    return here;
  }

  private void requireServed(Path file, VfsPath path) throws FsException {
    try {
      mounts.requireServed(file, path);
    } catch (NoSuchFileException e) {
      return; // a file that does not exist is in no file system
    } catch (IOException e) {
      throw failure(e, path);
    }
  }

  /**
   * Appends exactly one name, whatever separators, drives or streams names can contain on this
   * host.
   */
  private static Path child(Path directory, String name, VfsPath path) throws FsException {
    Path child;
    try {
      child = directory.resolve(name);
    } catch (InvalidPathException e) {
      throw new FsException(Errno.EILSEQ, path);
    }
    Path last = child.getFileName();
    if (child.getNameCount() != directory.getNameCount() + 1
        || !child.startsWith(directory)
        || last == null
        || !last.toString().equals(name)) {
      throw new FsException(Errno.EINVAL, path);
    }
    return child;
  }

  /** Returns the attributes of a file, null if it does not exist. */
  static @Nullable BasicFileAttributes find(Path file, VfsPath path) throws FsException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw failure(e, path);
    }
  }

  /** Returns the attributes of a file that must exist. */
  static BasicFileAttributes require(Path file, VfsPath path) throws FsException {
    BasicFileAttributes attributes = find(file, path);
    if (attributes == null) {
      throw new FsException(Errno.ENOENT, path);
    }
    return attributes;
  }

  /**
   * Converts an exception of Java to one of the contract. Errors that Java does not distinguish
   * become EIO, with their cause.
   */
  static FsException failure(Exception e, VfsPath path) {
    if (e instanceof FsException known) {
      return known;
    }
    Errno errno = e instanceof NotDirectoryException ? Errno.ENOTDIR : Errno.of(e);
    return errno == Errno.EIO
        ? new FsException(errno, path + ": " + Reason.of(e), e)
        : new FsException(errno, path);
  }
}
