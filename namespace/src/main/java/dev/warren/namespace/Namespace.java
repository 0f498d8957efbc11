package dev.warren.namespace;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.namespace.calls.CallPool;
import dev.warren.namespace.locks.ByteRangeLocks;
import dev.warren.namespace.metrics.MountMetrics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Combines all mounted file systems into one. This object is the host's own view; front ends use
 * {@link #as}.
 *
 * <p>A path belongs to the mount whose mount point is the longest prefix, compared by whole names.
 * Directories above mount points that no plugin provides exist, as in a read-only file system, even
 * if the plugin that would provide them has failed. A mount point hides an entry of the same name
 * in the surrounding tree, and is listed in its place. Renames and links across mounts are EXDEV.
 * Removing or renaming a mount point, or a directory above one, is EBUSY.
 *
 * <p>File ids are unique across all mounts; see {@link FileIds} and {@link MountNumbers}. An
 * exception of a plugin other than {@link FsException} is EIO for the client and an error in the
 * log.
 *
 * <p>Operations do not acquire a lock of the namespace. Mounting and unmounting may be done from
 * any thread.
 */
public final class Namespace extends NamespaceView {
  /** How long {@link #close()} waits for in-flight requests. */
  public static final Duration DEFAULT_DRAIN = Duration.ofSeconds(10);

  private final NamespaceState state;
  private final MountNumbers numbers;
  private final Object control = new Object();
  private boolean closed;

  /** Creates an empty namespace with the system's clock. */
  public Namespace() {
    this(InstantSource.system());
  }

  /**
   * Creates an empty namespace. The clock determines the times of directories that no plugin
   * provides.
   */
  public Namespace(InstantSource clock) {
    this(clock, new MountNumbers());
  }

  Namespace(InstantSource clock, MountNumbers numbers) {
    this(
        new NamespaceState(
            new ByteRangeLocks(),
            new MountPointAttributes(clock.instant()),
            new MountTable(List.of(), numbers::syntheticId)),
        numbers);
  }

  private Namespace(NamespaceState state, MountNumbers numbers) {
    super(state, ViewSelector.HOST);
    this.state = state;
    this.numbers = numbers;
  }

  /**
   * Mounts a file system, which then belongs to the namespace.
   *
   * @throws FsException EBUSY if something is mounted there, EIO if the namespace is closed, ENOSPC
   *     for more than 32,735 mounts; the file system then still belongs to the caller
   */
  public void mount(VfsPath path, FileSystem fileSystem, MountDescription description)
      throws FsException {
    mount(path, fileSystem, description, new CallPool(description.instance() + " at " + path));
  }

  /**
   * Like {@link #mount(VfsPath, FileSystem, MountDescription)}, for a file system whose calls may
   * block in the operating system.
   *
   * @param calls the threads on which it makes them; closed when the file system is unmounted
   */
  public void mount(
      VfsPath path, FileSystem fileSystem, MountDescription description, CallPool calls)
      throws FsException {
    add(path, fileSystem, description, calls, null);
  }

  /**
   * Creates a mount point for a file system that could not be opened: all its operations are EIO.
   *
   * @param reason reported to clients and by {@link #mounts()}; without secrets
   * @throws FsException as {@link #mount}
   */
  public void mountFailed(VfsPath path, MountDescription description, String reason)
      throws FsException {
    CallPool none = new CallPool(description.instance() + " at " + path);
    add(path, new FailedFileSystem(reason), description, none, reason);
  }

  private void add(
      VfsPath path,
      FileSystem fileSystem,
      MountDescription description,
      CallPool calls,
      @Nullable String error)
      throws FsException {
    synchronized (control) {
      if (closed) {
        throw new FsException(Errno.EIO, "the namespace is closed");
      }
      Mount before = state.table().mountAt(path);
      if (before != null && !before.isVacated() && !before.isGivenUp()) {
        throw new FsException(Errno.EBUSY, path + " is a mount point already");
      }
      int number = numbers.next(path);
      Mount mount;
      try {
        mount = new Mount(path, number, description, fileSystem, calls, error);
      } catch (Throwable t) {
        numbers.release(number);
        throw new PluginFailures(path, description).answer(t);
      }
      change(
          mounts -> {
            List<Mount> more = new ArrayList<>(mounts);
            more.remove(before);
            more.add(mount);
            return more;
          });
      if (before != null) {
        numbers.release(before.number());
      }
    }
  }

  /**
   * Unmounts: refuses new requests, lets in-flight ones complete, aborts open files, and closes the
   * file system. Operations on the mount are EIO until this is complete; afterwards its path
   * belongs to the surrounding tree again. Mounts below it remain. Exceptions of the plugin are
   * logged.
   *
   * @param drain how long to wait for in-flight requests; those that take longer are abandoned
   * @throws FsException EINVAL if nothing is mounted there; EBUSY if it is already being unmounted,
   *     or if some of its calls do not return: operations on its path then continue to be EIO until
   *     they have returned, or something else is mounted there
   */
  public void unmount(VfsPath path, Duration drain) throws FsException {
    Mount mount = drained(path);
    if (!new Unmounting(mount, () -> remove(mount)).run(drain)) {
      throw new FsException(Errno.EBUSY, mount.silence());
    }
    remove(mount);
  }

  private void remove(Mount mount) {
    synchronized (control) {
      if (state.table().mounts().contains(mount)) {
        change(mounts -> mounts.stream().filter(other -> other != mount).toList());
        numbers.release(mount.number());
      }
    }
  }

  /**
   * Unmounts a file system so that another one can replace it: like {@link #unmount}, but the path
   * remains a mount point, whose operations are EIO, until {@link #mount} or {@link #mountFailed}.
   * Otherwise, requests for the mount would meanwhile reach the surrounding tree.
   *
   * @return whether all calls have returned; those that have not are abandoned
   */
  public boolean vacate(VfsPath path, Duration drain) throws FsException {
    Mount mount = drained(path);
    boolean ended = new Unmounting(mount, () -> {}).run(drain);
    mount.vacate();
    return ended;
  }

  private Mount drained(VfsPath path) throws FsException {
    Mount mount = state.table().mountAt(path);
    if (mount == null) {
      throw new FsException(Errno.EINVAL, path + " is not a mount point");
    }
    if (mount.isGivenUp()) {
      throw new FsException(Errno.EBUSY, mount.silence());
    }
    if (!mount.counter().drain()) {
      throw new FsException(Errno.EBUSY, path + " is being unmounted already");
    }
    return mount;
  }

  private void change(Function<List<Mount>, List<Mount>> change) {
    MountTable table = new MountTable(change.apply(state.table().mounts()), numbers::syntheticId);
    state.setTable(table);
    numbers.keepSynthetic(table.paths());
  }

  /** Returns all mounts in the order in which they were mounted. */
  public List<MountInfo> mounts() {
    return state.table().mounts().stream().map(Mount::info).toList();
  }

  /** Returns how many paths clients track: at most one for each file that they refer to. */
  public int trackedPaths() {
    return state.tracker().count();
  }

  /** Returns the metrics of each mount, by its path. */
  public Map<VfsPath, MountMetrics> metrics() {
    Map<VfsPath, MountMetrics> metrics = new TreeMap<>();
    state.table().mounts().forEach(mount -> metrics.put(mount.path(), mount.metrics()));
    return metrics;
  }

  /**
   * Unmounts everything, the latest mount first, as {@link #unmount} does; the drain time applies
   * to all mounts together. Later operations are EIO.
   */
  public void close(Duration drain) {
    List<Mount> mounts;
    synchronized (control) {
      closed = true;
      mounts = state.table().mounts().reversed();
    }
    long end = System.nanoTime() + drain.toNanos();
    List<Mount> mine = mounts.stream().filter(mount -> mount.counter().drain()).toList();
    for (Mount mount : mine) {
      mount.hostEnds();
      boolean _ =
          new Unmounting(mount, () -> {})
              .run(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }
  }

  /** Calls {@link #close(Duration)} with {@link #DEFAULT_DRAIN}. */
  @Override
  public void close() {
    close(DEFAULT_DRAIN);
  }
}
