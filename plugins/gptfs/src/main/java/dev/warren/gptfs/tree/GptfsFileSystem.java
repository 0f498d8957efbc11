package dev.warren.gptfs.tree;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Caller;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FileSystemStats;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.SharingHost;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import dev.warren.api.synthetic.SyntheticFileSystem;
import dev.warren.gptfs.publish.Names;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tree that clients see. The inbox is that of the inner file system, with its changes watched;
 * in the outbox, files can be read and removed; the rest is synthetic.
 */
final class GptfsFileSystem implements FileSystem {
  private final Tree tree;
  private final FileSystem files;
  private final SyntheticFileSystem synthetic;
  private final WaitDirectory waits;
  private final Hosts hosts;
  private final Runnable whenClosed;

  /** Names the hosts that share the instance. */
  @FunctionalInterface
  interface Hosts {
    List<SharingHost> get() throws FsException;
  }

  /**
   * A view.
   *
   * @param files the inner file system, as the caller sees it
   * @param synthetic everything but inbox and outbox
   * @param waits opens the files of {@code wait/}
   * @param hosts the hosts that share the instance
   * @param whenClosed closes the instance
   */
  GptfsFileSystem(
      Tree tree,
      FileSystem files,
      SyntheticFileSystem synthetic,
      WaitDirectory waits,
      Hosts hosts,
      Runnable whenClosed) {
    this.tree = tree;
    this.files = files;
    this.synthetic = synthetic;
    this.waits = waits;
    this.hosts = hosts;
    this.whenClosed = whenClosed;
  }

  private static boolean isInbox(VfsPath path) {
    return path.startsWith(Layout.INBOX);
  }

  private static boolean isOutbox(VfsPath path) {
    return path.startsWith(Layout.OUTBOX);
  }

  private static boolean isInner(VfsPath path) {
    return isInbox(path) || isOutbox(path);
  }

  private static VfsPath inInbox(VfsPath path) {
    return path.rebase(Layout.INBOX, VfsPath.ROOT);
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    return isInner(path) ? files.stat(path) : synthetic.stat(path);
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    if (path.startsWith(Layout.WAIT) && !options.write() && !options.create()) {
      OpenFile waited = waits.open(path, synthetic.stat(path));
      if (waited != null) {
        return waited;
      }
    }
    if (!isInner(path)) {
      return synthetic.open(path, options, permissions);
    }
    if (isOutbox(path)) {
      if (options.write() || (options.create() && !isThere(path))) {
        throw new FsException(Errno.EACCES, "the outbox is for reading");
      }
      OpenFile published = files.open(path, options, permissions);
      tree.read(path);
      return published;
    }
    if (path.equals(Layout.INBOX) || !(options.write() || options.create())) {
      return files.open(path, options, permissions);
    }
    return tree.inbox()
        .open(
            files,
            inInbox(path),
            options,
            permissions,
            (file, writer) -> tree.handle(file, writer, options.append()));
  }

  private boolean isThere(VfsPath path) throws FsException {
    try {
      files.stat(path);
      return true;
    } catch (FsException e) {
      if (e.errno() == Errno.ENOENT) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    if (isInner(path)) {
      return files.openDirectory(path);
    }
    return path.isRoot() ? openRoot() : synthetic.openDirectory(path);
  }

  private OpenDirectory openRoot() throws FsException {
    List<DirectoryEntry> entries = new ArrayList<>();
    for (VfsPath directory : List.of(Layout.INBOX, Layout.OUTBOX)) {
      add(entries, directory.name(), files.stat(directory));
    }
    try (OpenDirectory rest = synthetic.openDirectory(VfsPath.ROOT)) {
      rest.read(
          0,
          true,
          entry -> {
            FileAttributes attributes = entry.attributes();
            if (attributes != null) {
              add(entries, entry.name(), attributes);
            }
            return true;
          });
    }
    return new OpenRoot(synthetic.stat(VfsPath.ROOT), entries);
  }

  private static void add(List<DirectoryEntry> entries, String name, FileAttributes attributes) {
    entries.add(
        new DirectoryEntry(
            name, attributes.type(), attributes.fileId(), entries.size() + 1L, attributes));
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    if (isInbox(path) && !path.equals(Layout.INBOX)) {
      tree.inbox().mkdir(files, inInbox(path), permissions);
    } else {
      throw refusedCreation(path);
    }
  }

  @Override
  public void unlink(VfsPath path) throws FsException {
    if (isInbox(path) && !path.equals(Layout.INBOX)) {
      tree.inbox().unlink(files, inInbox(path));
    } else if (isOutbox(path) && !path.equals(Layout.OUTBOX)) {
      tree.unlinkPublished(files, path);
    } else if (isInner(path)) {
      throw new FsException(Errno.EISDIR, path);
    } else {
      synthetic.unlink(path);
    }
  }

  @Override
  public void rmdir(VfsPath path) throws FsException {
    if (path.equals(Layout.INBOX) || path.equals(Layout.OUTBOX)) {
      throw new FsException(Errno.EBUSY, path);
    }
    if (isOutbox(path)) {
      removeEmptyRevisions(path);
      files.rmdir(path);
    } else if (isInbox(path)) {
      tree.inbox().rmdir(files, inInbox(path));
    } else {
      synthetic.rmdir(path);
    }
  }

  /** Removes an empty revision directory: it is hidden, and rmdir would fail because of it. */
  private void removeEmptyRevisions(VfsPath directory) throws FsException {
    try {
      files.rmdir(directory.resolve(Names.REVISIONS));
    } catch (FsException e) {
      switch (e.errno()) {
        case ENOENT, ENOTEMPTY, ENOTDIR -> {} // the rmdir that follows throws the right error
        default -> throw e;
      }
    }
  }

  @Override
  public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    if (from.isRoot()
        || to.isRoot()
        || List.of(Layout.INBOX, Layout.OUTBOX).contains(from)
        || List.of(Layout.INBOX, Layout.OUTBOX).contains(to)) {
      throw new FsException(Errno.EBUSY, from);
    }
    if (isInbox(from) && isInbox(to)) {
      tree.inbox().rename(files, inInbox(from), inInbox(to), replace);
    } else {
      stat(from);
      throw new FsException(Errno.EACCES, "files are renamed within the inbox only");
    }
  }

  @Override
  public void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
    if (isOutbox(path)) {
      files.stat(path);
      if (!changes.isEmpty()) {
        throw new FsException(Errno.EACCES, "the outbox is for reading");
      }
    } else if (isInbox(path)) {
      if (path.equals(Layout.INBOX)) {
        files.setAttributes(path, changes);
      } else {
        tree.inbox().setAttributes(files, inInbox(path), changes);
      }
    } else {
      synthetic.setAttributes(path, changes);
    }
  }

  @Override
  public String readlink(VfsPath path) throws FsException {
    return isInner(path) ? files.readlink(path) : synthetic.readlink(path);
  }

  @Override
  public void symlink(String target, VfsPath link) throws FsException {
    throw refusedCreation(link);
  }

  @Override
  public void link(VfsPath existing, VfsPath link) throws FsException {
    stat(existing);
    throw refusedCreation(link);
  }

  @Override
  public void mknod(VfsPath path, int mode, int deviceMajor, int deviceMinor) throws FsException {
    throw refusedCreation(path);
  }

  @Override
  public FileSystemStats statfs(VfsPath path) throws FsException {
    return files.statfs(isInner(path) ? path : Layout.INBOX);
  }

  @Override
  public List<String> listXattrs(VfsPath path) throws FsException {
    return inner(path).listXattrs(path);
  }

  @Override
  public byte[] getXattr(VfsPath path, String name) throws FsException {
    return inner(path).getXattr(path, name);
  }

  @Override
  public void setXattr(VfsPath path, String name, byte[] value, XattrMode mode) throws FsException {
    requireNotOutbox(path);
    inner(path).setXattr(path, name, value, mode);
  }

  @Override
  public void removeXattr(VfsPath path, String name) throws FsException {
    requireNotOutbox(path);
    inner(path).removeXattr(path, name);
  }

  @Override
  public FileSystem as(Caller caller) {
    return new GptfsFileSystem(tree, files.as(caller), synthetic, waits, hosts, whenClosed);
  }

  @Override
  public @Nullable FileSystem nonBlocking() {
    return null; // a close may write a status, and an open may wait for a job's lock
  }

  @Override
  public List<SharingHost> hosts() throws FsException {
    return hosts.get();
  }

  @Override
  public void close() {
    whenClosed.run();
  }

  private FileSystem inner(VfsPath path) {
    return isInner(path) ? files : synthetic;
  }

  private static void requireNotOutbox(VfsPath path) throws FsException {
    if (isOutbox(path)) {
      throw new FsException(Errno.EACCES, "the outbox is for reading");
    }
  }

  /** The error of a refused creation: EEXIST if the path exists, as in POSIX. */
  private FsException refusedCreation(VfsPath path) throws FsException {
    try {
      stat(path);
      return new FsException(Errno.EEXIST, path);
    } catch (FsException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
      stat(path.parentOrRoot());
      return new FsException(isInbox(path) ? Errno.EOPNOTSUPP : Errno.EACCES, path);
    }
  }
}
