package dev.warren.namespace;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileHandle;
import dev.warren.api.FileSystem;
import dev.warren.api.FileSystemStats;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.Operation;
import dev.warren.api.UniformFileSystem;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import dev.warren.frontend.FileLocks;
import dev.warren.frontend.SharedFileSystem;
import dev.warren.frontend.TrackedPath;
import dev.warren.namespace.MountTable.Node;
import dev.warren.namespace.metrics.Meter;
import org.jspecify.annotations.Nullable;

/**
 * The operations of the namespace for one caller, blocking or non-blocking. Each finds the owner of
 * its path: a mount, to which the operation is forwarded, or none ({@link MountParents}).
 */
class NamespaceView extends UniformFileSystem implements SharedFileSystem, MergedDirectory.Source {
  /** A look-up of a file whose attributes are stored in a buffer. */
  @FunctionalInterface
  private interface Look {
    @Nullable FileHandle at(FileSystem fileSystem, VfsPath path, AttributesBuffer into)
        throws FsException;
  }

  private static final Look STAT =
      (fileSystem, path, into) -> {
        fileSystem.stat(path, into);
        return null;
      };

  private final NamespaceState state;
  private final ViewSelector views;
  private final @Nullable NamespaceView whole;
  private final NamespaceView nonBlocking;
  private final FileSystem aboveMounts;

  /** Creates a view whose operations may block. */
  NamespaceView(NamespaceState state, ViewSelector views) {
    this.state = state;
    this.views = views;
    this.whole = null;
    this.nonBlocking = new NamespaceView(this);
    this.aboveMounts = nonBlocking.aboveMounts;
  }

  /** Creates the non-blocking view. */
  private NamespaceView(NamespaceView whole) {
    this.state = whole.state;
    this.views = whole.views;
    this.whole = whole;
    this.nonBlocking = this;
    this.aboveMounts =
        new MountParents(
            state::table, state.attributes(), node -> new MergedDirectory(node, null, whole, this));
  }

  private MountTable table() {
    return state.table();
  }

  private FileSystem fileSystem(MountView mounted) throws FsException {
    FileSystem view = whole == null ? mounted.whole() : mounted.nonBlocking();
    if (view == null) {
      throw WouldBlockException.INSTANCE;
    }
    return view;
  }

  private Meter meter(MountView view) {
    return whole == null ? view.meter() : view.nonBlockingMeter();
  }

  /**
   * Performs a request on a plugin's file system. All requests pass through this method or its
   * variant {@link #look}: they are counted, and every exception becomes an error for the client.
   */
  private <T extends @Nullable Object> T send(
      Mount mount, VfsPath path, Operation operation, Request<T> request) throws FsException {
    mount.enter();
    VfsPath inner = mount.inner(path);
    Meter meter = Meter.NONE;
    long start = Meter.UNTIMED;
    try {
      MountView view = views.of(mount);
      FileSystem fileSystem = fileSystem(view);
      meter = meter(view);
      start = meter.start();
      T result = request.on(fileSystem, inner);
      meter.done(operation, start, inner);
      return result;
    } catch (Throwable t) {
      meter.failed(operation, start, inner, t);
      throw mount.failure(t);
    } finally {
      mount.leave();
    }
  }

  /**
   * Returns the mount that holds a path; null if the namespace itself provides it or it does not
   * exist.
   */
  private @Nullable Mount holder(Node node, VfsPath path) throws FsException {
    Mount owner = node.owner();
    if (owner == null || !node.leadsOnFrom(path)) {
      return owner;
    }
    return owner.takesRequests() && (!node.isAboveMounts() || hasDirectory(owner, path))
        ? owner
        : null;
  }

  /** Whether the plugin itself has a directory above another mount point. */
  private boolean hasDirectory(Mount mount, VfsPath path) throws FsException {
    try {
      FileAttributes found =
          impatient(mount, () -> send(mount, path, Operation.STAT, FileSystem::stat));
      return found != null && found.isDirectory();
    } catch (FsException e) {
      return switch (e.errno()) {
        case ENOENT, ENOTDIR, ELOOP -> false;
        default -> throw e;
      };
    }
  }

  /**
   * Makes a request to a mount whose result other mounts depend on; returns null if it does not
   * respond in time.
   */
  private <T> @Nullable T impatient(Mount mount, WaitLimit.Question<T> question)
      throws FsException {
    if (whole != null || mount.view().isNonBlocking()) {
      return question.ask();
    }
    if (mount.isSilent()) {
      return null;
    }
    T answer = state.waitLimit().ask(question);
    if (answer == null) {
      mount.fellSilent();
    }
    return answer;
  }

  /**
   * Returns the attributes of a mount point. If its file system does not respond, they are the last
   * known ones, so that clients can still list the surrounding directory and reach other mounts.
   */
  private FileAttributes statMountPoint(Node node, Mount mount) throws FsException {
    FileAttributes found =
        impatient(
            mount, () -> mount.visible(send(mount, node.path(), Operation.STAT, FileSystem::stat)));
    if (found != null) {
      mount.sawRoot(found);
      return found;
    }
    FileAttributes seen = mount.rootSeen();
    return seen == null ? state.attributes().attributesOfFailed(node) : seen;
  }

  /**
   * Returns the error for a path below a directory that leads to another mount. The plugin need not
   * have that directory, but clients see it in any case.
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
            && node.isAboveMounts()
            && !node.isAt(path)
            && !hasDirectory(owner, node.path())
        ? new FsException(creating && isChild(node, path) ? Errno.EROFS : Errno.ENOENT, path)
        : error;
  }

  private static boolean isChild(Node node, VfsPath path) {
    return path.depth() == node.path().depth() + 1;
  }

  private static boolean isMountPoint(Node node, VfsPath path) {
    return node.mount() != null && node.isAt(path);
  }

  // ---- how operations are dispatched ----

  @Override
  protected <T extends @Nullable Object> T call(
      Operation operation, VfsPath path, Request<T> request) throws FsException {
    return switch (operation) {
      case STAT, READLINK, STATFS, LISTXATTR, GETXATTR, SETATTR, SETXATTR, REMOVEXATTR ->
          ask(operation, path, request);
      case MKDIR, SYMLINK, MKNOD -> askUnlessNode(operation, path, request, true);
      case UNLINK, RMDIR -> remove(operation, path, request);
      // The tracked paths would have to learn of it; no front end needs it.
      case REPLACE -> throw new FsException(Errno.EOPNOTSUPP, path);
      case RENAME, LINK -> throw new IllegalArgumentException(operation + " has two paths");
      case OPEN, OPENDIR -> throw new IllegalArgumentException(operation + " opens something");
      case READ, WRITE, FSTAT, FSETATTR, TRUNCATE, FSYNC, COPY, READDIR, CLOSE, ABORT ->
          throw new IllegalArgumentException(operation + " has no path");
    };
  }

  /** For operations on an existing file. */
  private <T extends @Nullable Object> T ask(Operation operation, VfsPath path, Request<T> request)
      throws FsException {
    Node node = table().find(path);
    Mount mount = holder(node, path);
    return mount == null
        ? request.on(aboveMounts, path)
        : ask(node, mount, operation, path, request, false);
  }

  private <T extends @Nullable Object> T ask(
      Node node,
      Mount mount,
      Operation operation,
      VfsPath path,
      Request<T> request,
      boolean creating)
      throws FsException {
    try {
      return send(mount, path, operation, request);
    } catch (FsException e) {
      throw below(node, path, e, creating);
    }
  }

  /** For operations on a name that must not be a mount point or a directory above one. */
  private <T extends @Nullable Object> T askUnlessNode(
      Operation operation, VfsPath path, Request<T> request, boolean creating) throws FsException {
    Node node = table().find(path);
    Mount mount = node.isAt(path) ? null : node.owner();
    return mount == null
        ? request.on(aboveMounts, path)
        : ask(node, mount, operation, path, request, creating);
  }

  private <T extends @Nullable Object> T remove(
      Operation operation, VfsPath path, Request<T> removal) throws FsException {
    return state
        .tracker()
        .remove(path, whole == null, () -> askUnlessNode(operation, path, removal, false));
  }

  @Override
  protected void move(Operation operation, VfsPath from, VfsPath to, Move move) throws FsException {
    if (operation == Operation.RENAME) {
      rename(from, to, move);
    } else {
      link(from, to, move);
    }
  }

  // ---- operations that need more than dispatching ----

  private FileAttributes visibleStat(Node node, Mount mount, VfsPath path) throws FsException {
    return isMountPoint(node, path)
        ? statMountPoint(node, mount)
        : mount.visible(ask(node, mount, Operation.STAT, path, FileSystem::stat, false));
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    Node node = table().find(path);
    try {
      Mount mount = holder(node, path);
      return mount == null ? aboveMounts.stat(path) : visibleStat(node, mount, path);
    } catch (FsException e) {
      return state.attributes().insteadOf(e, node, path);
    }
  }

  /**
   * Like {@link #stat(VfsPath)}, but written out: a lambda that captures the buffer would be
   * garbage.
   */
  @Override
  public void stat(VfsPath path, AttributesBuffer into) throws FsException {
    Node node = table().find(path);
    try {
      Mount mount = holder(node, path);
      if (mount == null) {
        aboveMounts.stat(path, into);
      } else if (whole == null && isMountPoint(node, path)) {
        into.set(statMountPoint(node, mount));
      } else {
        var _ = look(node, mount, path, into, STAT);
      }
    } catch (FsException e) {
      into.set(state.attributes().insteadOf(e, node, path));
    }
  }

  /** Mount points, and directories above them, have no handles and are found by name. */
  @Override
  public @Nullable FileHandle find(VfsPath path, AttributesBuffer into) throws FsException {
    Node node = table().find(path);
    Mount mount = node.isAt(path) ? null : node.owner();
    if (mount == null) {
      stat(path, into);
      return null;
    }
    FileHandle found = look(node, mount, path, into, FileSystem::find);
    return found == null ? null : new MountedHandle(mount, found);
  }

  private @Nullable FileHandle look(
      Node node, Mount mount, VfsPath path, AttributesBuffer into, Look look) throws FsException {
    mount.enter();
    VfsPath inner = mount.inner(path);
    Meter meter = Meter.NONE;
    long start = Meter.UNTIMED;
    try {
      MountView view = views.of(mount);
      FileSystem fileSystem = fileSystem(view);
      meter = meter(view);
      start = meter.start();
      FileHandle found = look.at(fileSystem, inner, into);
      mount.makeVisible(into);
      meter.done(Operation.STAT, start, inner);
      return found;
    } catch (Throwable t) {
      meter.failed(Operation.STAT, start, inner, t);
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
    return state.attributes().attributesOfFailed(node);
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    Node node = table().find(path);
    Mount mount = node.isAt(path) && node.mount() == null ? null : node.owner();
    return mount == null
        ? aboveMounts.open(path, options, permissions)
        : ask(
            node,
            mount,
            Operation.OPEN,
            path,
            (fs, inner) ->
                MountedFile.open(
                    mount, fs.open(inner, options, permissions), meter(views.of(mount)), inner),
            options.create());
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    Node node = table().find(path);
    Mount mount = holder(node, path);
    if (mount == null) {
      listable(node);
      return aboveMounts.openDirectory(path);
    }
    OpenDirectory directory =
        ask(
            node,
            mount,
            Operation.OPENDIR,
            path,
            (fs, inner) ->
                MountedDirectory.open(
                    mount, fs.openDirectory(inner), meter(views.of(mount)), inner),
            false);
    return node.leadsOnFrom(path)
        ? new MergedDirectory(node, directory, whole == null ? this : whole, nonBlocking)
        : directory;
  }

  /**
   * Refuses to list a directory while its file system is unavailable: a listing without that file
   * system's entries would imply that they have been removed.
   */
  private static void listable(Node node) throws FsException {
    Mount owner = node.owner();
    if (owner != null && owner.isLeaving()) {
      throw owner.gone();
    }
  }

  @Override
  public FileSystemStats statfs(VfsPath path) throws FsException {
    Node node = table().find(path);
    Mount owner = node.owner();
    if (owner != null && owner.takesRequests() && node.isAt(path) && holder(node, path) == null) {
      // as for the surrounding directory
      return send(owner, owner.path(), Operation.STATFS, FileSystem::statfs);
    }
    return super.statfs(path);
  }

  private void rename(VfsPath from, VfsPath to, Move move) throws FsException {
    MountTable table = table();
    if (from.isRoot() || to.isRoot()) {
      throw new FsException(Errno.EBUSY, VfsPath.ROOT);
    }
    Mount mount = sameMount(table, from, to);
    Node node = table.find(from);
    Node view = table.find(to);
    if (node.isAt(from) || view.isAt(to)) {
      throw new FsException(Errno.EBUSY, node.isAt(from) ? from : to);
    }
    if (mount == null) {
      throw new FsException(Errno.ENOENT, from);
    }
    state
        .tracker()
        .rename(
            from,
            to,
            whole == null,
            () -> isSameFile(mount, from, to),
            () -> {
              try {
                send(mount, Operation.RENAME, from, to, move);
              } catch (FsException e) {
                throw below(view, to, below(node, from, e, false), true);
              }
            });
  }

  private void send(Mount mount, Operation operation, VfsPath from, VfsPath to, Move move)
      throws FsException {
    this.<@Nullable Void>send(
        mount,
        from,
        operation,
        (fs, inner) -> {
          move.on(fs, inner, mount.inner(to));
          return null;
        });
  }

  /**
   * Returns the mount that contains both names. A mount point's name belongs to the mount of its
   * parent directory.
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

  /** Whether both are names of one file, so that a rename does nothing. */
  private boolean isSameFile(Mount mount, VfsPath a, VfsPath b) throws FsException {
    try {
      FileAttributes first = send(mount, b, Operation.STAT, FileSystem::stat);
      return first.linkCount() > 1
          && !first.isDirectory()
          && first.fileId() == send(mount, a, Operation.STAT, FileSystem::stat).fileId();
    } catch (WouldBlockException e) {
      throw e;
    } catch (FsException e) {
      return false; // the rename itself reports the error
    }
  }

  private void link(VfsPath existing, VfsPath link, Move move) throws FsException {
    MountTable table = table();
    Node node = table.find(existing);
    Node view = table.find(link);
    if (view.isAt(link)) {
      throw new FsException(Errno.EEXIST, link);
    }
    Mount mount = sameMount(table, existing, link);
    if (mount == null || node.isAt(existing)) {
      move.on(aboveMounts, existing, link);
      return;
    }
    try {
      send(mount, Operation.LINK, existing, link, move);
    } catch (FsException e) {
      throw below(view, link, e, true);
    }
  }

  @Override
  public FileLocks locks() {
    return state.locks();
  }

  @Override
  public TrackedPath track(VfsPath path) {
    return state.tracker().track(path);
  }

  @Override
  public SharedFileSystem as(Caller caller) {
    return new NamespaceView(state, new CallerViews(caller));
  }

  @Override
  public FileSystem nonBlocking() {
    return nonBlocking;
  }

  /** Does nothing: the host closes the namespace. */
  @Override
  public void close() throws FsException {}
}
