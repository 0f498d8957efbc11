package dev.warren.api.synthetic;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Caller;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import dev.warren.api.synthetic.Tree.Located;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Serves a tree of {@link SyntheticNode}s. Thread-safe.
 *
 * <p>Creating, removing and renaming names is EROFS, except in directories whose {@link
 * DirectoryContent} permits it. Opening a file for an access that it does not support is EACCES.
 * Every caller that can reach the file system may read and write all of it: permission bits are
 * only information for clients. All files belong to the user of the host and, unless a node defines
 * another time, have the time at which the file system was opened. A file's id depends only on its
 * path.
 *
 * <p>The {@link #nonBlocking()} view completes operations on nodes that are fixed or {@linkplain
 * SyntheticNode#nonBlocking() nonBlocking}.
 */
public final class SyntheticFileSystem implements FileSystem {
  private final Instance instance;
  private final Function<Caller, SyntheticDirectory> roots;
  private final Tree tree;
  private final NameChanges names;
  private final XattrCalls xattrs;
  private final SyntheticFileSystem nonBlocking;

  /**
   * Serves the same tree to all callers, and does not charge memory for open files: prefer {@link
   * #SyntheticFileSystem(SyntheticDirectory, MemoryBudget.Account)}.
   */
  public SyntheticFileSystem(SyntheticDirectory root) {
    this(new Instance(null), caller -> root, root);
  }

  /**
   * Serves the same tree to all callers.
   *
   * @param memory {@link dev.warren.api.PluginContext#memory()}: charged for computed, written and
   *     stored content of open files, with ENOMEM if it is exhausted, so that many open files
   *     cannot exhaust the host's memory
   */
  public SyntheticFileSystem(SyntheticDirectory root, MemoryBudget.Account memory) {
    this(new Instance(memory), caller -> root, root);
  }

  /**
   * Serves a separate tree to each caller.
   *
   * @param roots must be cheap: it is called for every view
   */
  public SyntheticFileSystem(Function<Caller, SyntheticDirectory> roots) {
    this(new Instance(null), roots, roots.apply(Caller.HOST));
  }

  /**
   * Serves a separate tree to each caller.
   *
   * @param roots must be cheap: it is called for every view
   * @param memory charged for content of open files, as above
   */
  public SyntheticFileSystem(
      Function<Caller, SyntheticDirectory> roots, MemoryBudget.Account memory) {
    this(new Instance(memory), roots, roots.apply(Caller.HOST));
  }

  private SyntheticFileSystem(
      Instance instance, Function<Caller, SyntheticDirectory> roots, SyntheticDirectory root) {
    this.instance = instance;
    this.roots = roots;
    this.tree = new Tree(instance, root, true);
    this.names = new NameChanges(tree);
    this.xattrs = new XattrCalls(tree);
    this.nonBlocking = new SyntheticFileSystem(this);
  }

  /** Creates the non-blocking view. */
  private SyntheticFileSystem(SyntheticFileSystem whole) {
    this.instance = whole.instance;
    this.roots = whole.roots;
    this.tree = whole.tree.withoutWaiting();
    this.names = new NameChanges(tree);
    this.xattrs = new XattrCalls(tree);
    this.nonBlocking = this;
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    Located<?> located = tree.locate(path);
    return instance.attributes(located.node(), located.fileId());
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    while (true) {
      Located<?> located = tree.find(path);
      if (located != null) {
        return openExisting(path, located, options);
      }
      if (!options.create()) {
        throw new FsException(Errno.ENOENT, path);
      }
      Located<SyntheticFile> made = names.createFile(path, permissions);
      if (made != null) {
        return open(path, made.node(), options, made.fileId(), true);
      }
    }
  }

  private OpenFile openExisting(VfsPath path, Located<?> located, OpenOptions options)
      throws FsException {
    if (options.create() && options.exclusive()) {
      throw new FsException(Errno.EEXIST, path);
    }
    if (!(located.node() instanceof SyntheticFile file)) {
      throw new FsException(Errno.EISDIR, path);
    }
    return open(path, file, options, located.fileId(), tree.mayBlock());
  }

  private OpenFile open(
      VfsPath path, SyntheticFile file, OpenOptions options, long fileId, boolean mayBlock)
      throws FsException {
    if (!file.allows(options)) {
      throw new FsException(Errno.EACCES, path);
    }
    return file.open(options, fileId, mayBlock, instance);
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    Located<SyntheticDirectory> located = tree.locate(path).asDirectory(path);
    tree.requireNoWait(located.node().waits());
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
        instance.attributes(located.node(), located.fileId()), List.copyOf(entries), instance);
  }

  @Override
  public void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
    Located<?> located = tree.locate(path);
    switch (located.node()) {
      case SyntheticFile file ->
          file.setAttributes(changes, located.fileId(), tree.mayBlock(), instance);
      case SyntheticDirectory _ -> Refusals.checkChanges(changes, false, Errno.EISDIR);
    }
  }

  @Override
  public String readlink(VfsPath path) throws FsException {
    tree.locate(path);
    throw new FsException(Errno.EINVAL, path);
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    names.mkdir(path, permissions);
  }

  @Override
  public void symlink(String target, VfsPath link) throws FsException {
    throw names.refused(link);
  }

  @Override
  public void link(VfsPath existing, VfsPath link) throws FsException {
    tree.locate(existing);
    throw names.refused(link);
  }

  @Override
  public void mknod(VfsPath path, int mode, int deviceMajor, int deviceMinor) throws FsException {
    throw names.refused(path);
  }

  @Override
  public void unlink(VfsPath path) throws FsException {
    names.unlink(path);
  }

  @Override
  public void rmdir(VfsPath path) throws FsException {
    names.rmdir(path);
  }

  @Override
  public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    names.rename(from, to, replace);
  }

  @Override
  public List<String> listXattrs(VfsPath path) throws FsException {
    return xattrs.list(path);
  }

  @Override
  public byte[] getXattr(VfsPath path, String name) throws FsException {
    return xattrs.get(path, name);
  }

  @Override
  public void setXattr(VfsPath path, String name, byte[] value, XattrMode mode) throws FsException {
    xattrs.set(path, name, value, mode);
  }

  @Override
  public void removeXattr(VfsPath path, String name) throws FsException {
    xattrs.remove(path, name);
  }

  @Override
  public FileSystem as(Caller caller) {
    SyntheticDirectory theirs = roots.apply(caller);
    return theirs.equals(tree.root()) ? this : new SyntheticFileSystem(instance, roots, theirs);
  }

  @Override
  public FileSystem nonBlocking() {
    return nonBlocking;
  }

  /** Aborts the open files of all views. Later operations are EIO or EBADF. */
  @Override
  public void close() {
    instance.close();
  }
}
