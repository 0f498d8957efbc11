package dev.warren.namespace;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FileSystemStats;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import dev.warren.api.XattrMode;
import dev.warren.api.frontend.FileLocks;
import dev.warren.api.frontend.SharedFileSystem;
import dev.warren.api.frontend.TrackedPath;
import dev.warren.namespace.MountTable.Node;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The operations of the namespace, for one caller, waiting or not. */
class NamespaceView implements SharedFileSystem, MergedDirectory.Source {
  private final Shared shared;
  private final Targets targets;
  private final @Nullable NamespaceView whole;
  private final NamespaceView quick;

  /** A view whose operations may wait. */
  NamespaceView(Shared shared, Targets targets) {
    this.shared = shared;
    this.targets = targets;
    this.whole = null;
    this.quick = new NamespaceView(this);
  }

  /** The view beside it whose operations never wait. */
  private NamespaceView(NamespaceView whole) {
    this.shared = whole.shared;
    this.targets = whole.targets;
    this.whole = whole;
    this.quick = this;
  }

  /** A request to a plugin. */
  @FunctionalInterface
  private interface Request<T extends @Nullable Object> {
    T send(Mount mount, FileSystem fileSystem, VfsPath path) throws FsException;
  }

  /** A request without an answer. */
  @FunctionalInterface
  private interface Command {
    void send(FileSystem fileSystem, VfsPath path) throws FsException;
  }

  private MountTable table() {
    return shared.table();
  }

  private FileSystem fileSystem(Mount mount) throws FsException {
    Target target = targets.of(mount);
    if (whole == null) {
      return target.whole();
    }
    FileSystem view = target.quick();
    if (view == null) {
      throw WouldBlockException.INSTANCE;
    }
    return view;
  }

  /** The only way to a plugin's file system: counted, and whatever it throws is an answer. */
  private <T extends @Nullable Object> T send(Mount mount, VfsPath path, Request<T> request)
      throws FsException {
    mount.enter();
    try {
      return request.send(mount, fileSystem(mount), mount.inner(path));
    } catch (Throwable t) {
      throw mount.failure(t);
    } finally {
      mount.leave();
    }
  }

  private void command(Mount mount, VfsPath path, Command command) throws FsException {
    this.<@Nullable Void>send(
        mount,
        path,
        (ignored, fs, inner) -> {
          command.send(fs, inner);
          return null;
        });
  }

  /** Whose a path is, or null if the namespace itself provides it or nobody does. */
  private @Nullable Mount holder(Node node, VfsPath path) throws FsException {
    Mount owner = node.owner();
    if (owner == null || !node.leadsOnFrom(path)) {
      return owner;
    }
    return owner.takesRequests() && (!node.isOnTheWay() || hasDirectory(owner, path))
        ? owner
        : null;
  }

  /** Whether a plugin has itself a directory above another mount point. */
  private boolean hasDirectory(Mount mount, VfsPath path) throws FsException {
    try {
      FileAttributes found =
          impatient(mount, () -> send(mount, path, (m, fs, inner) -> fs.stat(inner)));
      return found != null && found.isDirectory();
    } catch (FsException e) {
      return switch (e.errno()) {
        case ENOENT, ENOTDIR, ELOOP -> false;
        default -> throw e;
      };
    }
  }

  /** Asks a mount about what is not its affair alone; null if it does not answer in time. */
  private <T> @Nullable T impatient(Mount mount, Patience.Question<T> question) throws FsException {
    if (whole != null || mount.target().isQuick()) {
      return question.ask();
    }
    if (mount.isSilent()) {
      return null;
    }
    T answer = shared.patience().ask(question);
    if (answer == null) {
      mount.fellSilent();
    }
    return answer;
  }

  /**
   * The attributes of a mount point. Where its file system does not answer they are what they last
   * were: whoever lists the directory around it, or gets their bearings, wants to go on.
   */
  private FileAttributes statMountPoint(Node node, Mount mount) throws FsException {
    FileAttributes found =
        impatient(
            mount, () -> send(mount, node.path(), (m, fs, inner) -> m.visible(fs.stat(inner))));
    if (found != null) {
      mount.sawRoot(found);
      return found;
    }
    FileAttributes seen = mount.rootSeen();
    return seen == null ? shared.synthetic().attributesOfFailed(node) : seen;
  }

  /**
   * The error for a path below a directory that leads to another mount, which its plugin need not
   * have: clients see a directory there in any case.
   */
  private FsException below(Node node, VfsPath path, FsException error, boolean creating)
      throws FsException {
    Mount owner = node.owner();
    boolean doubtful =
        switch (error.errno()) {
          case ENOTDIR, ELOOP -> true;
          case ENOENT -> creating;
          default -> false;
        };
    return doubtful
            && owner != null
            && node.isOnTheWay()
            && !node.isAt(path)
            && !hasDirectory(owner, node.path())
        ? creating ? Synthetic.refusedCreation(node, path) : Synthetic.missing(path)
        : error;
  }

  /** A request about a file that exists. */
  private <T extends @Nullable Object> T ask(
      Node node, Mount mount, VfsPath path, Request<T> request) throws FsException {
    try {
      return send(mount, path, request);
    } catch (FsException e) {
      throw below(node, path, e, false);
    }
  }

  private void change(Node node, Mount mount, VfsPath path, Command command) throws FsException {
    try {
      command(mount, path, command);
    } catch (FsException e) {
      throw below(node, path, e, false);
    }
  }

  /** A request that creates a name. */
  private void create(VfsPath path, Command command) throws FsException {
    Node node = table().find(path);
    if (node.isAt(path)) {
      throw new FsException(Errno.EEXIST, path);
    }
    Mount mount = node.owner();
    if (mount == null) {
      throw Synthetic.refusedCreation(node, path);
    }
    try {
      command(mount, path, command);
    } catch (FsException e) {
      throw below(node, path, e, true);
    }
  }

  private static boolean isMountPoint(Node node, VfsPath path) {
    return node.mount() != null && node.isAt(path);
  }

  private static void exists(Node node, VfsPath path) throws FsException {
    if (!node.isAt(path)) {
      throw Synthetic.missing(path);
    }
  }

  /** A list without what a file system has here would tell clients that it has nothing. */
  private static void listable(Node node) throws FsException {
    Mount owner = node.owner();
    if (owner != null && owner.isLeaving()) {
      throw owner.gone();
    }
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    Node node = table().find(path);
    try {
      Mount mount = holder(node, path);
      if (mount != null) {
        return isMountPoint(node, path)
            ? statMountPoint(node, mount)
            : ask(node, mount, path, (m, fs, inner) -> m.visible(fs.stat(inner)));
      }
    } catch (FsException e) {
      return shared.synthetic().insteadOf(e, node, path);
    }
    exists(node, path);
    return shared.synthetic().attributes(node);
  }

  /** As {@link #stat(VfsPath)}, written out: a lambda that knows the buffer would be garbage. */
  @Override
  public void stat(VfsPath path, AttributesBuffer into) throws FsException {
    Node node = table().find(path);
    try {
      Mount mount = holder(node, path);
      if (mount == null) {
        exists(node, path);
        into.set(shared.synthetic().attributes(node));
      } else if (whole == null && isMountPoint(node, path)) {
        into.set(statMountPoint(node, mount));
      } else {
        stat(node, mount, path, into);
      }
    } catch (FsException e) {
      into.set(shared.synthetic().insteadOf(e, node, path));
    }
  }

  private void stat(Node node, Mount mount, VfsPath path, AttributesBuffer into)
      throws FsException {
    mount.enter();
    try {
      fileSystem(mount).stat(mount.inner(path), into);
      mount.makeVisible(into);
    } catch (Throwable t) {
      throw below(node, path, mount.failure(t), false);
    } finally {
      mount.leave();
    }
  }

  @Override
  public FileAttributes stat(Node node) throws FsException {
    return stat(node.path());
  }

  @Override
  public FileAttributes attributesOfFailed(Node node) {
    return shared.synthetic().attributesOfFailed(node);
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    Node node = table().find(path);
    if (node.isAt(path) && node.mount() == null) {
      boolean mustNotExist = options.create() && options.exclusive();
      throw new FsException(mustNotExist ? Errno.EEXIST : Errno.EISDIR, path);
    }
    Mount mount = node.owner();
    if (mount == null) {
      throw options.create() ? Synthetic.refusedCreation(node, path) : Synthetic.missing(path);
    }
    try {
      return send(
          mount, path, (m, fs, inner) -> MountedFile.open(m, fs.open(inner, options, permissions)));
    } catch (FsException e) {
      throw below(node, path, e, options.create());
    }
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    Node node = table().find(path);
    Mount mount = holder(node, path);
    OpenDirectory directory = null;
    if (mount == null) {
      exists(node, path);
      listable(node);
    } else {
      directory =
          ask(
              node,
              mount,
              path,
              (m, fs, inner) -> MountedDirectory.open(m, fs.openDirectory(inner)));
    }
    return directory == null || (node.isAt(path) && !node.children().isEmpty())
        ? new MergedDirectory(node, directory, whole == null ? this : whole, quick)
        : directory;
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    create(path, (fs, inner) -> fs.mkdir(inner, permissions));
  }

  @Override
  public void unlink(VfsPath path) throws FsException {
    Node node = table().find(path);
    if (node.isAt(path)) {
      throw new FsException(Errno.EISDIR, path);
    }
    remove(node, path, (fs, inner) -> fs.unlink(inner));
  }

  @Override
  public void rmdir(VfsPath path) throws FsException {
    Node node = table().find(path);
    if (node.isAt(path)) {
      throw new FsException(Errno.EBUSY, path);
    }
    remove(node, path, (fs, inner) -> fs.rmdir(inner));
  }

  private void remove(Node node, VfsPath path, Command removal) throws FsException {
    Mount mount = node.owner();
    if (mount == null) {
      throw Synthetic.missing(path);
    }
    shared.tracker().remove(path, () -> change(node, mount, path, removal));
  }

  @Override
  public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    MountTable table = table();
    if (from.isRoot() || to.isRoot()) {
      throw new FsException(Errno.EBUSY, VfsPath.ROOT);
    }
    Mount mount = sameMount(table, from, to);
    Node node = table.find(from);
    Node target = table.find(to);
    if (node.isAt(from) || target.isAt(to)) {
      throw new FsException(Errno.EBUSY, node.isAt(from) ? from : to);
    }
    if (mount == null) {
      throw Synthetic.missing(from);
    }
    shared
        .tracker()
        .rename(
            from,
            to,
            whole == null,
            () -> isSameFile(mount, from, to),
            () -> {
              try {
                command(mount, from, (fs, inner) -> fs.rename(inner, mount.inner(to), replace));
              } catch (FsException e) {
                throw below(target, to, below(node, from, e, false), true);
              }
            });
  }

  /**
   * The mount in which both names are, by their directories: a mount point's name is its parent's.
   *
   * @throws FsException EXDEV
   */
  private static @Nullable Mount sameMount(MountTable table, VfsPath a, VfsPath b)
      throws FsException {
    Mount mount = table.find(a.parentOrRoot()).owner();
    if (mount != table.find(b.parentOrRoot()).owner()) {
      throw new FsException(Errno.EXDEV, b);
    }
    return mount;
  }

  /** Whether both are names of one file, in which case a rename does nothing. */
  private boolean isSameFile(Mount mount, VfsPath a, VfsPath b) throws FsException {
    try {
      FileAttributes first = send(mount, b, (m, fs, inner) -> fs.stat(inner));
      return first.linkCount() > 1
          && !first.isDirectory()
          && first.fileId() == send(mount, a, (m, fs, inner) -> fs.stat(inner)).fileId();
    } catch (WouldBlockException e) {
      throw e;
    } catch (FsException e) {
      return false; // the rename itself will say what is wrong
    }
  }

  @Override
  public void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
    Node node = table().find(path);
    Mount mount = holder(node, path);
    if (mount != null) {
      change(node, mount, path, (fs, inner) -> fs.setAttributes(inner, changes));
      return;
    }
    exists(node, path);
    if (!changes.isEmpty()) {
      throw new FsException(Errno.EROFS, path);
    }
  }

  @Override
  public String readlink(VfsPath path) throws FsException {
    Node node = table().find(path);
    Mount mount = holder(node, path);
    if (mount == null) {
      exists(node, path);
      throw new FsException(Errno.EINVAL, path);
    }
    return ask(node, mount, path, (m, fs, inner) -> fs.readlink(inner));
  }

  @Override
  public void symlink(String target, VfsPath link) throws FsException {
    create(link, (fs, inner) -> fs.symlink(target, inner));
  }

  @Override
  public void link(VfsPath existing, VfsPath link) throws FsException {
    MountTable table = table();
    Node node = table.find(existing);
    if (table.find(link).isAt(link)) {
      throw new FsException(Errno.EEXIST, link);
    }
    Mount mount = sameMount(table, existing, link);
    if (node.isAt(existing)) {
      throw new FsException(Errno.EPERM, existing);
    }
    if (mount == null) {
      throw Synthetic.missing(existing);
    }
    create(link, (fs, inner) -> fs.link(mount.inner(existing), inner));
  }

  @Override
  public void mknod(VfsPath path, int mode, int deviceMajor, int deviceMinor) throws FsException {
    create(path, (fs, inner) -> fs.mknod(inner, mode, deviceMajor, deviceMinor));
  }

  @Override
  public FileSystemStats statfs(VfsPath path) throws FsException {
    Node node = table().find(path);
    Mount mount = holder(node, path);
    if (mount != null) {
      return ask(node, mount, path, (m, fs, inner) -> fs.statfs(inner));
    }
    exists(node, path);
    Mount owner = node.owner();
    return owner == null || !owner.takesRequests()
        ? FileSystemStats.EMPTY
        : send(owner, owner.path(), (m, fs, inner) -> fs.statfs(inner));
  }

  @Override
  public List<String> listXattrs(VfsPath path) throws FsException {
    Node node = table().find(path);
    Mount mount = holder(node, path);
    if (mount == null) {
      exists(node, path);
      return List.of();
    }
    return ask(node, mount, path, (m, fs, inner) -> fs.listXattrs(inner));
  }

  @Override
  public byte[] getXattr(VfsPath path, String name) throws FsException {
    Node node = table().find(path);
    Mount mount = holder(node, path);
    if (mount == null) {
      exists(node, path);
      throw new FsException(Errno.ENODATA, path);
    }
    return ask(node, mount, path, (m, fs, inner) -> fs.getXattr(inner, name));
  }

  @Override
  public void setXattr(VfsPath path, String name, byte[] value, XattrMode mode) throws FsException {
    Node node = table().find(path);
    Mount mount = holder(node, path);
    if (mount == null) {
      exists(node, path);
      throw new FsException(Errno.EROFS, path);
    }
    change(node, mount, path, (fs, inner) -> fs.setXattr(inner, name, value, mode));
  }

  @Override
  public void removeXattr(VfsPath path, String name) throws FsException {
    Node node = table().find(path);
    Mount mount = holder(node, path);
    if (mount == null) {
      exists(node, path);
      throw new FsException(Errno.EROFS, path);
    }
    change(node, mount, path, (fs, inner) -> fs.removeXattr(inner, name));
  }

  @Override
  public FileLocks locks() {
    return shared.locks();
  }

  @Override
  public TrackedPath track(VfsPath path) {
    return shared.tracker().track(path);
  }

  @Override
  public SharedFileSystem as(Caller caller) {
    return new NamespaceView(shared, new CallerTargets(caller));
  }

  @Override
  public FileSystem nonBlocking() {
    return quick;
  }

  /** Does nothing: the namespace is closed by the host. */
  @Override
  public void close() throws FsException {}
}
