package dev.warren.namespace;

import dev.warren.api.AttributeChanges;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.WouldBlockException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A directory that contains mount points or directories above them. A listing contains first the
 * plugin's entries, except those hidden by mounts, then the mounts, with reserved cookies. The set
 * of mounts is fixed when the directory is opened, so that cookies remain valid.
 */
final class MergedDirectory implements OpenDirectory {
  /** Provides the attributes of the namespace's own directories. */
  interface Source {
    /** The attributes of a mount point or of a directory above one. */
    FileAttributes stat(MountTable.Node node) throws FsException;

    /** The attributes to list for a mount point whose file system does not respond. */
    FileAttributes attributesOfFailed(MountTable.Node node);
  }

  private final MountTable.Node node;
  private final List<MountTable.Node> children;
  private final @Nullable OpenDirectory directory;
  private final Source source;

  /** The blocking object, if this is its non-blocking view; otherwise null. */
  private final @Nullable MergedDirectory waiting;

  private final @Nullable MergedDirectory nonBlocking;
  private final AtomicBoolean closed;

  /**
   * Creates a directory.
   *
   * @param directory the plugin's directory; null if no plugin provides it
   * @param source provides attributes on threads that may block
   * @param nonBlockingSource provides attributes on threads that may not block
   */
  MergedDirectory(
      MountTable.Node node,
      @Nullable OpenDirectory directory,
      Source source,
      Source nonBlockingSource) {
    this.node = node;
    this.children = List.copyOf(node.children().values());
    this.directory = directory;
    this.source = source;
    this.closed = new AtomicBoolean();
    this.waiting = null;
    OpenDirectory nonBlocking = directory == null ? null : directory.nonBlocking();
    this.nonBlocking =
        directory != null && nonBlocking == null
            ? null
            : new MergedDirectory(this, nonBlocking, nonBlockingSource);
  }

  private MergedDirectory(
      MergedDirectory waiting, @Nullable OpenDirectory nonBlocking, Source nonBlockingSource) {
    this.node = waiting.node;
    this.children = waiting.children;
    this.closed = waiting.closed;
    this.directory = nonBlocking;
    this.source = nonBlockingSource;
    this.waiting = waiting;
    this.nonBlocking = null;
  }

  @Override
  public void read(long cookie, boolean attributes, Visitor visitor) throws FsException {
    if (closed.get()) {
      throw new FsException(Errno.EBADF);
    }
    if (cookie < 0) {
      throw foreign(cookie);
    }
    if (isReserved(cookie)) {
      readMounts(indexOf(cookie) + 1, attributes, visitor);
    } else if (directory == null) {
      if (cookie != 0) {
        throw foreign(cookie);
      }
      readMounts(0, attributes, visitor);
    } else if (waiting != null) {
      // The mounts are read first: if that would block, no entry may have been offered yet.
      List<DirectoryEntry> mounts = new ArrayList<>();
      readMounts(0, attributes, mounts::add);
      if (readPlugin(directory, cookie, attributes, visitor)) {
        for (DirectoryEntry entry : mounts) {
          if (!visitor.visit(entry)) {
            return;
          }
        }
      }
    } else if (readPlugin(directory, cookie, attributes, visitor)) {
      readMounts(0, attributes, visitor);
    }
  }

  /**
   * Whether a cookie is reserved. A plugin's cookies may be greater, as ext4's hashes of names are.
   */
  private static boolean isReserved(long cookie) {
    return cookie >= RESERVED_COOKIES && cookie < RESERVED_COOKIES + RESERVED_COOKIE_COUNT;
  }

  private int indexOf(long cookie) throws FsException {
    long index = cookie - MountPointAttributes.FIRST_COOKIE;
    if (index < 0 || index >= children.size()) {
      throw foreign(cookie);
    }
    return (int) index;
  }

  private static FsException foreign(long cookie) {
    return new FsException(Errno.EINVAL, "not a cookie of this directory: " + cookie);
  }

  /** Returns whether the visitor accepted all entries. */
  private boolean readPlugin(OpenDirectory plugin, long cookie, boolean attributes, Visitor visitor)
      throws FsException {
    boolean[] declined = new boolean[1];
    plugin.read(
        cookie,
        attributes,
        entry -> {
          boolean taken = node.children().containsKey(entry.name()) || visitor.visit(entry);
          declined[0] = !taken;
          return taken;
        });
    return !declined[0];
  }

  private void readMounts(int first, boolean attributes, Visitor visitor) throws FsException {
    for (int i = first; i < children.size(); i++) {
      FileAttributes found = look(children.get(i));
      if (found != null
          && !visitor.visit(
              MountPointAttributes.entry(
                  children.get(i).path().name(),
                  MountPointAttributes.cookie(i),
                  found,
                  attributes))) {
        return;
      }
    }
  }

  private @Nullable FileAttributes look(MountTable.Node child) throws FsException {
    try {
      return source.stat(child);
    } catch (WouldBlockException e) {
      throw e;
    } catch (FsException e) {
      // If it was unmounted since the directory was opened, it is left out; if it fails, it remains
      // visible.
      return e.errno() == Errno.ENOENT ? null : source.attributesOfFailed(child);
    }
  }

  @Override
  public FileAttributes stat() throws FsException {
    if (closed.get()) {
      throw new FsException(Errno.EBADF);
    }
    return directory == null ? source.stat(node) : directory.stat();
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    if (directory != null) {
      directory.setAttributes(changes);
    } else if (!changes.isEmpty()) {
      throw new FsException(Errno.EROFS, node.path());
    }
  }

  @Override
  public void sync() throws FsException {
    if (directory != null) {
      directory.sync();
    }
  }

  @Override
  public @Nullable OpenDirectory nonBlocking() {
    return waiting == null ? nonBlocking : this;
  }

  @Override
  public void close() {
    closed.set(true);
    if (directory != null) {
      directory.close();
    }
  }
}
