package dev.warren.gptfs.submission;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.gptfs.publish.Names;
import org.jspecify.annotations.Nullable;

/** The operations on the inbox that affect {@link Submissions}. Paths are relative to the inbox. */
public final class Inbox {
  private final Submissions submissions;
  private final VfsPath root;

  /**
   * An inbox.
   *
   * @param root its path in the inner file system
   */
  public Inbox(Submissions submissions, VfsPath root) {
    this.submissions = submissions;
    this.root = root;
  }

  /** Creates the handle that the client gets. */
  @FunctionalInterface
  public interface Handles {
    /** Wraps an open file and its writer. */
    OpenFile of(OpenFile file, Writer writer);
  }

  /** Opens a file for writing. */
  public OpenFile open(
      FileSystem files, VfsPath path, OpenOptions options, int permissions, Handles handles)
      throws FsException {
    submissions.structure().readLock().lock();
    try {
      FileAttributes there = find(files, path);
      if (there == null && options.create() && submissions.eligibility().isEligible(path)) {
        Eligibility.checkName(path);
      }
      if (there != null && there.type() != FileType.REGULAR) {
        return files.open(absolute(path), options, permissions); // fails with the right error
      }
      long size = there == null ? 0 : there.size();
      Writer writer = new Writer(submissions, submissions.opened(path, size));
      try {
        boolean empties = options.truncate() && !options.exclusive();
        OpenFile file =
            empties
                ? writer.emptying(() -> files.open(absolute(path), options, permissions))
                : files.open(absolute(path), options, permissions);
        return handles.of(file, writer);
      } catch (FsException e) {
        writer.forget();
        throw e;
      }
    } finally {
      submissions.structure().readLock().unlock();
    }
  }

  /** Changes a file's attributes. A new size counts as opening, changing and closing the file. */
  public void setAttributes(FileSystem files, VfsPath path, AttributeChanges changes)
      throws FsException {
    Long size = changes.size();
    FileAttributes there = files.stat(absolute(path));
    if (size == null || size < 0 || there.type() != FileType.REGULAR) {
      files.setAttributes(absolute(path), changes);
      return;
    }
    submissions.structure().readLock().lock();
    try {
      Writer writer = new Writer(submissions, submissions.opened(path, there.size()));
      try {
        writer.setAttributes(
            changes,
            () -> files.stat(absolute(path)).size(),
            () -> files.setAttributes(absolute(path), changes));
      } catch (FsException e) {
        writer.abort(() -> {}, e);
        throw e;
      }
      writer.close(() -> {});
    } finally {
      submissions.structure().readLock().unlock();
    }
  }

  /** Removes a file. */
  public void unlink(FileSystem files, VfsPath path) throws FsException {
    submissions.structure().writeLock().lock();
    try {
      files.unlink(absolute(path));
      submissions.renames().removed(path);
      submissions.configured(path);
    } finally {
      submissions.structure().writeLock().unlock();
    }
  }

  private static void checkDirectory(VfsPath path) throws FsException {
    if (Names.of(path.name()).isPresent()) {
      throw new FsException(Errno.EINVAL, "answers have names like '" + path.name() + "'");
    }
  }

  /** Removes an empty directory. */
  public void rmdir(FileSystem files, VfsPath path) throws FsException {
    submissions.structure().readLock().lock();
    try {
      files.rmdir(absolute(path));
      submissions.configured(path);
    } finally {
      submissions.structure().readLock().unlock();
    }
  }

  /** Makes a directory, unless its mirror in the outbox would have the name of an answer. */
  public void mkdir(FileSystem files, VfsPath path, int permissions) throws FsException {
    checkDirectory(path);
    files.mkdir(absolute(path), permissions);
  }

  /** Renames a file or directory within the inbox. */
  public void rename(FileSystem files, VfsPath from, VfsPath to, boolean replace)
      throws FsException {
    submissions.structure().writeLock().lock();
    try {
      FileAttributes moved = files.stat(absolute(from));
      FileAttributes target = find(files, to);
      boolean same =
          from.equals(to) || (replace && target != null && target.fileId() == moved.fileId());
      if (moved.isDirectory() && !same) {
        checkDirectory(to);
      }
      boolean moves = moved.type() == FileType.REGULAR || moved.isDirectory();
      if (moves && !same && (replace || target == null)) {
        submissions.renames().check(from, to, moved);
      }
      files.rename(absolute(from), absolute(to), replace);
      if (same) {
        return;
      }
      if (moved.isDirectory()) {
        submissions.renames().directoryRenamed(from, to);
      } else if (moved.type() == FileType.REGULAR) {
        submissions.renames().renamed(from, to);
      }
      submissions.configured(from);
      submissions.configured(to);
    } finally {
      submissions.structure().writeLock().unlock();
    }
  }

  private @Nullable FileAttributes find(FileSystem files, VfsPath path) throws FsException {
    try {
      return files.stat(absolute(path));
    } catch (FsException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw e;
    }
  }

  private VfsPath absolute(VfsPath path) {
    return path.rebase(VfsPath.ROOT, root);
  }
}
