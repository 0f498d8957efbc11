package dev.warren.localfs.linux;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.Caller;
import dev.warren.api.DescriptorBudget.Lease;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileHandle;
import dev.warren.api.FileSystem;
import dev.warren.api.FileSystemStats;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import dev.warren.api.XattrMode;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A directory of the host, as seen by one caller, either blocking or non-blocking. Every operation
 * assumes the caller's rights, delegates to one of the helpers, and restores the host's rights.
 */
final class LinuxFileSystem implements FileSystem {
  private final Root root;
  private final Function<Caller, Identity> identities;
  private final Caller caller;
  private final Identity identity;
  private final Waiting waiting;
  private final Lookup lookup;
  private final Opener opener;
  private final Names names;
  private final Attributes attributes;
  private final Xattrs xattrs;
  private final Runnable afterLook;
  private final @Nullable LinuxFileSystem nonBlocking;

  LinuxFileSystem(Root root, Function<Caller, Identity> identities) {
    this(root, identities, () -> {});
  }

  /**
   * @param afterLook see {@link Opener}
   */
  LinuxFileSystem(Root root, Function<Caller, Identity> identities, Runnable afterLook) {
    this(root, identities, afterLook, Caller.HOST, Waiting.ALLOWED);
  }

  private LinuxFileSystem(
      Root root,
      Function<Caller, Identity> identities,
      Runnable afterLook,
      Caller caller,
      Waiting waiting) {
    this.root = root;
    this.identities = identities;
    this.afterLook = afterLook;
    this.caller = caller;
    identity = identities.apply(caller);
    this.waiting = waiting;
    lookup = new Lookup(root, waiting);
    opener = new Opener(root, lookup, afterLook);
    names = new Names(root, lookup);
    attributes = new Attributes(root, lookup, opener);
    xattrs = new Xattrs(lookup, identity.isTrusted());
    nonBlocking =
        waiting != Waiting.ALLOWED
            ? this
            : root.kind() == StorageKind.MEMORY
                ? new LinuxFileSystem(root, identities, afterLook, caller, Waiting.IN_MEMORY)
                : root.kind() == StorageKind.DISK && root.host().cachedLookups()
                    ? new LinuxFileSystem(root, identities, afterLook, caller, Waiting.CACHED)
                    : null;
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    Scratch s = begin();
    try {
      lookup.stat(s, path);
      return s.stat.attributes(root.device());
    } finally {
      end(s);
    }
  }

  @Override
  public void stat(VfsPath path, AttributesBuffer into) throws FsException {
    FoundFile known = lookup.found(path);
    if (known != null && statFound(known, path, into)) {
      return;
    }
    Scratch s = begin();
    try {
      lookup.stat(s, path);
      s.stat.fill(into, root.device());
    } finally {
      end(s);
    }
  }

  /**
   * The caller's rights are not needed, because fstat(2) requires none. Returns false if the
   * descriptor was dropped.
   */
  private boolean statFound(FoundFile file, VfsPath path, AttributesBuffer into)
      throws FsException {
    Descriptor kept = file.descriptor();
    if (kept == null || !kept.tryAcquire()) {
      return false;
    }
    Scratch s = Scratch.take();
    try {
      LinuxErrors.check(s.stat.load(s, kept.number()), path);
      s.stat.fill(into, root.device());
      return true;
    } finally {
      kept.release(s);
      s.release();
    }
  }

  @Override
  public @Nullable FileHandle find(VfsPath path, AttributesBuffer into) throws FsException {
    FoundFile known = lookup.found(path);
    if (known != null) {
      stat(path, into);
      return known.shared();
    }
    FoundFile made = findNew(path, into);
    if (made != null) {
      root.found().add(made);
      if (root.directory().isClosed()) {
        made.end();
        throw new FsException(Errno.EBADF, "the file system was closed");
      }
    }
    return made;
  }

  /**
   * Returns null for a file that is shown but cannot be used: the root of a mount that is not
   * served.
   */
  private @Nullable FoundFile findNew(VfsPath path, AttributesBuffer into) throws FsException {
    Scratch s = begin();
    try {
      int fd = lookup.tryFind(s, path);
      if (fd < 0) {
        lookup.stat(s, path);
        s.stat.fill(into, root.device());
        return null;
      }
      long loaded = s.stat.load(s, fd);
      if (loaded < 0) {
        s.close(fd);
        throw LinuxErrors.of(loaded, path);
      }
      s.stat.fill(into, root.device());
      FoundFile made = new FoundFile(root, s.stat);
      if (!made.keep(fd)) {
        s.close(fd);
      }
      return made;
    } finally {
      end(s);
    }
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    return opened(lease -> registered(open(path, options, permissions, lease)));
  }

  private LinuxFile open(VfsPath path, OpenOptions options, int permissions, Lease lease)
      throws FsException {
    Scratch s = begin();
    try {
      int fd = opener.open(s, path, options, permissions);
      StorageKind kind = s.stat.device() == root.device() ? root.kind() : Attributes.kind(s, fd);
      return new LinuxFile(root, identity, new Descriptor(fd, lease), kind, options);
    } finally {
      end(s);
    }
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    return opened(lease -> registered(openDirectory(path, lease)));
  }

  private LinuxDirectory openDirectory(VfsPath path, Lease lease) throws FsException {
    Scratch s = begin();
    try {
      int fd = lookup.openDirectory(s, path);
      long loaded = s.stat.loadMode(s, fd);
      if (loaded < 0) {
        s.close(fd);
        throw LinuxErrors.of(loaded, path);
      }
      return new LinuxDirectory(root, identity, new Descriptor(fd, lease), s.stat.device());
    } finally {
      end(s);
    }
  }

  /** Opens an object for which a descriptor is reserved. */
  @FunctionalInterface
  private interface Opening<T> {
    T with(Lease lease) throws FsException;
  }

  /**
   * Reserves the descriptor before the operation begins, because during it the thread must not wait
   * for another one.
   */
  private <T> T opened(Opening<T> opening) throws FsException {
    Lease lease = root.descriptors().take(caller, 1);
    boolean done = false;
    try {
      T result = opening.with(lease);
      done = true;
      return result;
    } finally {
      if (!done) {
        lease.giveBack();
      }
    }
  }

  private <T extends Root.Aborting> T registered(T opened) throws FsException {
    root.open().add(opened);
    if (root.directory().isClosed()) {
      FsException closed = new FsException(Errno.EBADF, "the file system was closed");
      opened.abort(closed);
      throw closed;
    }
    return opened;
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    Scratch s = beginChange(path);
    try {
      names.mkdir(s, path, permissions);
    } finally {
      end(s);
    }
  }

  @Override
  public void unlink(VfsPath path) throws FsException {
    Scratch s = beginChange(path);
    try {
      names.unlink(s, path);
    } finally {
      end(s);
    }
  }

  @Override
  public void rmdir(VfsPath path) throws FsException {
    Scratch s = beginChange(path);
    try {
      names.rmdir(s, path);
    } finally {
      end(s);
    }
  }

  @Override
  public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    Scratch s = beginChange(from);
    try {
      names.rename(s, from, to, replace);
    } finally {
      end(s);
    }
  }

  @Override
  public void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
    Scratch s = beginChange(path);
    try {
      attributes.change(s, path, changes);
    } finally {
      end(s);
    }
  }

  @Override
  public String readlink(VfsPath path) throws FsException {
    Scratch s = beginAccess();
    try {
      return attributes.readlink(s, path);
    } finally {
      end(s);
    }
  }

  @Override
  public void symlink(String target, VfsPath link) throws FsException {
    Scratch s = beginChange(link);
    try {
      names.symlink(s, target, link);
    } finally {
      end(s);
    }
  }

  @Override
  public void link(VfsPath existing, VfsPath link) throws FsException {
    Scratch s = beginChange(link);
    try {
      names.link(s, existing, link);
    } finally {
      end(s);
    }
  }

  @Override
  public void mknod(VfsPath path, int mode, int deviceMajor, int deviceMinor) throws FsException {
    Scratch s = beginChange(path);
    try {
      boolean devices = root.devices() && identity.isTrusted();
      names.mknod(s, path, mode, deviceMajor, deviceMinor, devices);
    } finally {
      end(s);
    }
  }

  @Override
  public FileSystemStats statfs(VfsPath path) throws FsException {
    Scratch s = begin();
    try {
      return attributes.statfs(s, path);
    } finally {
      end(s);
    }
  }

  @Override
  public List<String> listXattrs(VfsPath path) throws FsException {
    Scratch s = beginAccess();
    try {
      return xattrs.list(s, path);
    } finally {
      end(s);
    }
  }

  @Override
  public byte[] getXattr(VfsPath path, String name) throws FsException {
    Scratch s = beginAccess();
    try {
      return xattrs.get(s, path, name);
    } finally {
      end(s);
    }
  }

  @Override
  public void setXattr(VfsPath path, String name, byte[] value, XattrMode mode) throws FsException {
    Scratch s = beginChange(path);
    try {
      xattrs.set(s, path, name, value, mode);
    } finally {
      end(s);
    }
  }

  @Override
  public void removeXattr(VfsPath path, String name) throws FsException {
    Scratch s = beginChange(path);
    try {
      xattrs.remove(s, path, name);
    } finally {
      end(s);
    }
  }

  @Override
  public FileSystem as(Caller other) {
    return other.equals(caller)
        ? this
        : new LinuxFileSystem(root, identities, afterLook, other, waiting);
  }

  @Override
  public @Nullable FileSystem nonBlocking() {
    return nonBlocking;
  }

  @Override
  public void close() {
    FsException cause = new FsException(Errno.EIO, "the file system was closed");
    Scratch s = Scratch.take();
    root.directory().close(s);
    s.release();
    root.open().forEach(opened -> opened.abort(cause));
    root.found().forEach(FoundFile::end);
    root.slowCloses().close();
  }

  /**
   * Begins an operation. Until its end, the thread must not wait for another one: see {@link
   * Identity}.
   */
  private Scratch begin() throws FsException {
    root.directory().acquire();
    Scratch s = Scratch.take();
    try {
      identity.assume(s);
      return s;
    } catch (FsException e) {
      root.directory().release(s);
      s.release();
      throw e;
    }
  }

  /** Begins an operation that may have to read from a disk. */
  private Scratch beginAccess() throws FsException {
    if (waiting == Waiting.CACHED) {
      throw WouldBlockException.INSTANCE;
    }
    return begin();
  }

  /** Begins an operation that changes a file or name. */
  private Scratch beginChange(VfsPath path) throws FsException {
    if (root.readOnly()) {
      throw new FsException(Errno.EROFS, path);
    }
    return beginAccess();
  }

  private void end(Scratch s) {
    identity.drop(s);
    root.directory().release(s);
    s.release();
  }
}
