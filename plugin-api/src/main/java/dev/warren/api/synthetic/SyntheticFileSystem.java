package dev.warren.api.synthetic;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Caller;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Serves a tree of {@link SyntheticNode}s. Thread-safe.
 *
 * <p>The tree itself is read-only: what would create, remove or rename a name is EROFS. To open a
 * file for what it does not do is EACCES. Whoever may reach the file system may read and write all
 * of it: permission bits are for clients to look at. Everything belongs to the user of the host and
 * has the time at which the file system was opened. A file's number depends on its path alone.
 *
 * <p>{@link #nonBlocking()} completes what concerns nodes that are fixed or {@linkplain
 * SyntheticNode#immediate() immediate}.
 */
public final class SyntheticFileSystem implements FileSystem {
  private final Instance instance;
  private final Function<Caller, SyntheticDirectory> roots;
  private final SyntheticDirectory root;
  private final boolean mayWait;
  private final SyntheticFileSystem nonBlocking;

  /** Serves the same tree to everyone. */
  public SyntheticFileSystem(SyntheticDirectory root) {
    this(new Instance(), caller -> root, root);
  }

  /**
   * Serves each caller a tree of its own.
   *
   * @param roots cheap, as it is asked for every view
   */
  public SyntheticFileSystem(Function<Caller, SyntheticDirectory> roots) {
    this(new Instance(), roots, roots.apply(Caller.HOST));
  }

  private SyntheticFileSystem(
      Instance instance, Function<Caller, SyntheticDirectory> roots, SyntheticDirectory root) {
    this.instance = instance;
    this.roots = roots;
    this.root = root;
    this.mayWait = true;
    this.nonBlocking = new SyntheticFileSystem(this);
  }

  /** The view that does not wait. */
  private SyntheticFileSystem(SyntheticFileSystem whole) {
    this.instance = whole.instance;
    this.roots = whole.roots;
    this.root = whole.root;
    this.mayWait = false;
    this.nonBlocking = this;
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    Located<?> located = locate(path);
    return instance.attributes(located.node(), located.fileId());
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    Located<?> located = find(path);
    if (located == null) {
      throw new FsException(options.create() ? Errno.EROFS : Errno.ENOENT, path);
    }
    if (options.create() && options.exclusive()) {
      throw new FsException(Errno.EEXIST, path);
    }
    if (!(located.node() instanceof SyntheticFile file)) {
      throw new FsException(Errno.EISDIR, path);
    }
    if ((options.read() && !file.isReadable()) || (options.write() && !file.isWritable())) {
      throw new FsException(Errno.EACCES, path);
    }
    requireNoWait(file.waitsToOpen(options.read()));
    Reading reading = options.read() ? file.openReading() : null;
    Writing writing = options.write() ? file.openWriting() : null;
    return instance.opened(
        new OpenSyntheticFile(
            instance.attributes(file, located.fileId()),
            reading,
            writing,
            options.append(),
            (reading != null && reading.waits()) || (writing != null && file.waitsToWrite()),
            instance::forget));
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    Located<SyntheticDirectory> located = locate(path).asDirectory(path);
    requireNoWait(located.node().waitsToList());
    List<DirectoryEntry> entries = new ArrayList<>();
    Map<String, SyntheticNode> nodes =
        located.node().list((name, problem) -> instance.leftOut(path, name, problem));
    for (Map.Entry<String, SyntheticNode> entry : nodes.entrySet()) {
      FileAttributes attributes =
          instance.attributes(entry.getValue(), Ids.child(located.fileId(), entry.getKey()));
      entries.add(
          new DirectoryEntry(
              entry.getKey(),
              attributes.type(),
              attributes.fileId(),
              entries.size() + 1L,
              attributes));
    }
    return new OpenSyntheticDirectory(
        instance.attributes(located.node(), located.fileId()), List.copyOf(entries));
  }

  @Override
  public void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
    switch (locate(path).node()) {
      case SyntheticFile file -> Refusals.checkChanges(changes, file.isWritable(), Errno.EACCES);
      case SyntheticDirectory _ -> Refusals.checkChanges(changes, false, Errno.EISDIR);
    }
  }

  @Override
  public String readlink(VfsPath path) throws FsException {
    locate(path);
    throw new FsException(Errno.EINVAL, path);
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    throw refusedCreation(path);
  }

  @Override
  public void symlink(String target, VfsPath link) throws FsException {
    throw refusedCreation(link);
  }

  @Override
  public void link(VfsPath existing, VfsPath link) throws FsException {
    locate(existing);
    throw refusedCreation(link);
  }

  @Override
  public void mknod(VfsPath path, int mode, int deviceMajor, int deviceMinor) throws FsException {
    throw refusedCreation(path);
  }

  @Override
  public void unlink(VfsPath path) throws FsException {
    locateParent(path);
    throw new FsException(path.isRoot() ? Errno.EISDIR : Errno.EROFS, path);
  }

  @Override
  public void rmdir(VfsPath path) throws FsException {
    locateParent(path);
    throw new FsException(path.isRoot() ? Errno.EBUSY : Errno.EROFS, path);
  }

  @Override
  public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    locateParent(from);
    locateParent(to);
    throw new FsException(from.isRoot() || to.isRoot() ? Errno.EBUSY : Errno.EROFS, from);
  }

  @Override
  public FileSystem as(Caller caller) {
    SyntheticDirectory theirs = roots.apply(caller);
    return theirs.equals(root) ? this : new SyntheticFileSystem(instance, roots, theirs);
  }

  @Override
  public FileSystem nonBlocking() {
    return nonBlocking;
  }

  /** Aborts what is open, in every view. Later operations are EIO or EBADF. */
  @Override
  public void close() {
    instance.close();
  }

  /** The refusal to create what is not there, which is EEXIST if it is. */
  private FsException refusedCreation(VfsPath path) throws FsException {
    return new FsException(find(path) == null ? Errno.EROFS : Errno.EEXIST, path);
  }

  private Located<?> locate(VfsPath path) throws FsException {
    Located<?> located = find(path);
    if (located == null) {
      throw new FsException(Errno.ENOENT, path);
    }
    return located;
  }

  /** The node of a path, null if only its last name is missing. */
  private @Nullable Located<?> find(VfsPath path) throws FsException {
    Located<SyntheticDirectory> parent = locateParent(path);
    return path.isRoot() ? parent : child(parent, path.name());
  }

  /** The directory that holds a path's last name; the root for the root. */
  private Located<SyntheticDirectory> locateParent(VfsPath path) throws FsException {
    instance.requireOpen();
    Located<SyntheticDirectory> located = new Located<>(root, Ids.ROOT);
    for (String name : path.parentOrRoot().names()) {
      Located<?> next = child(located, name);
      if (next == null) {
        throw new FsException(Errno.ENOENT, path);
      }
      located = next.asDirectory(path);
    }
    return located;
  }

  private @Nullable Located<?> child(Located<SyntheticDirectory> parent, String name)
      throws FsException {
    requireNoWait(parent.node().waitsFor(name));
    SyntheticNode node = parent.node().find(name);
    return node == null ? null : new Located<>(node, Ids.child(parent.fileId(), name));
  }

  private void requireNoWait(boolean waits) throws FsException {
    if (waits && !mayWait) {
      throw WouldBlockException.INSTANCE;
    }
  }

  /**
   * A node where it is.
   *
   * @param node the node
   * @param fileId the number of its path
   */
  private record Located<T extends SyntheticNode>(T node, long fileId) {
    Located<SyntheticDirectory> asDirectory(VfsPath path) throws FsException {
      if (node instanceof SyntheticDirectory directory) {
        return new Located<>(directory, fileId);
      }
      throw new FsException(Errno.ENOTDIR, path);
    }
  }
}
