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
 * All mounted file systems as one. This object is the host's own view; front ends take {@link #as}.
 *
 * <p>Paths belong to the mount with the longest prefix, on whole names. Directories above mount
 * points that no plugin provides exist, as on a read-only file system, also where the plugin that
 * would provide them has failed; a mount point hides what the tree around it has of that name, and
 * is listed in its place. Renames and links across mounts are EXDEV. Removing or renaming a mount
 * point, or a directory above one, is EBUSY.
 *
 * <p>File ids are unique over all mounts; see {@link FileIds} and {@link MountNumbers}. What a
 * plugin throws beside {@link FsException} is EIO to the client and an error in the log.
 *
 * <p>Operations take no lock of the namespace's. Mounting and unmounting may be called from any
 * thread.
 */
public final class Namespace extends NamespaceView {
  /** How long {@link #close()} waits for requests that run. */
  public static final Duration DEFAULT_DRAIN = Duration.ofSeconds(10);

  private final Shared shared;
  private final MountNumbers numbers;
  private final Object control = new Object();
  private boolean closed;

  /** An empty namespace with the system's clock. */
  public Namespace() {
    this(InstantSource.system());
  }

  /** An empty namespace. The clock gives the times of directories that no plugin provides. */
  public Namespace(InstantSource clock) {
    this(clock, new MountNumbers());
  }

  Namespace(InstantSource clock, MountNumbers numbers) {
    this(
        new Shared(
            new ByteRangeLocks(),
            new Synthetic(clock.instant()),
            new MountTable(List.of(), numbers::syntheticId)),
        numbers);
  }

  private Namespace(Shared shared, MountNumbers numbers) {
    super(shared, Targets.HOST);
    this.shared = shared;
    this.numbers = numbers;
  }

  /**
   * Mounts a file system, which then belongs to the namespace.
   *
   * @throws FsException EBUSY if something is mounted there, EIO if the namespace is closed, ENOSPC
   *     past 32,735 mounts; the file system stays the caller's
   */
  public void mount(VfsPath path, FileSystem fileSystem, MountOptions options) throws FsException {
    mount(path, fileSystem, options, new CallPool(options.instance() + " at " + path));
  }

  /**
   * {@link #mount(VfsPath, FileSystem, MountOptions)} for a file system that makes calls which may
   * wait in the operating system.
   *
   * @param calls where it makes them; ends with the mount
   */
  public void mount(VfsPath path, FileSystem fileSystem, MountOptions options, CallPool calls)
      throws FsException {
    add(path, fileSystem, options, calls, null);
  }

  /**
   * Leaves a mount point for a file system that could not be opened: all its operations are EIO.
   *
   * @param reason what clients and {@link #mounts()} are told; without secrets
   * @throws FsException as {@link #mount}
   */
  public void mountFailed(VfsPath path, MountOptions options, String reason) throws FsException {
    CallPool none = new CallPool(options.instance() + " at " + path);
    add(path, new FailedFileSystem(reason), options, none, reason);
  }

  private void add(
      VfsPath path,
      FileSystem fileSystem,
      MountOptions options,
      CallPool calls,
      @Nullable String error)
      throws FsException {
    synchronized (control) {
      if (closed) {
        throw new FsException(Errno.EIO, "the namespace is closed");
      }
      Mount before = shared.table().mountAt(path);
      if (before != null && !before.isVacated() && !before.isGivenUp()) {
        throw new FsException(Errno.EBUSY, path + " is a mount point already");
      }
      int number = numbers.next(path);
      Mount mount;
      try {
        mount = new Mount(path, number, options, fileSystem, calls, error);
      } catch (Throwable t) {
        numbers.release(number);
        throw new PluginFailures(path, options).answer(t);
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
   * Unmounts: no new request gets in, those that run may end, what is open is aborted, and the file
   * system is closed. Until then operations on the mount are EIO; after it, its path is what it
   * would be without the mount. Mounts below stay. What the plugin throws is logged.
   *
   * @param drain how long to wait for requests; those that run longer are left to themselves
   * @throws FsException EINVAL if nothing is mounted there, EBUSY if somebody unmounts it already,
   *     or something of it does not return: then operations on its path go on to be EIO until that
   *     has returned, or something else is mounted there
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
      if (shared.table().mounts().contains(mount)) {
        change(mounts -> mounts.stream().filter(other -> other != mount).toList());
        numbers.release(mount.number());
      }
    }
  }

  /**
   * Unmounts for another file system to come in its place: as {@link #unmount}, but the path stays
   * a mount point, whose operations are EIO, until {@link #mount} or {@link #mountFailed}. What
   * clients mean for the mount would otherwise get into the tree around it meanwhile.
   *
   * @return whether all of it has returned; what has not is left to itself
   */
  public boolean vacate(VfsPath path, Duration drain) throws FsException {
    Mount mount = drained(path);
    boolean ended = new Unmounting(mount, () -> {}).run(drain);
    mount.vacate();
    return ended;
  }

  private Mount drained(VfsPath path) throws FsException {
    Mount mount = shared.table().mountAt(path);
    if (mount == null) {
      throw new FsException(Errno.EINVAL, path + " is not a mount point");
    }
    if (mount.isGivenUp()) {
      throw new FsException(Errno.EBUSY, mount.silence());
    }
    if (!mount.gate().drain()) {
      throw new FsException(Errno.EBUSY, path + " is being unmounted already");
    }
    return mount;
  }

  private void change(Function<List<Mount>, List<Mount>> change) {
    MountTable table = new MountTable(change.apply(shared.table().mounts()), numbers::syntheticId);
    shared.setTable(table);
    numbers.keepSynthetic(table.paths());
  }

  /** All mounts in the order in which they were mounted. */
  public List<MountInfo> mounts() {
    return shared.table().mounts().stream().map(Mount::info).toList();
  }

  /** What clients have asked each mount for, by its path. */
  public Map<VfsPath, MountMetrics> metrics() {
    Map<VfsPath, MountMetrics> metrics = new TreeMap<>();
    shared.table().mounts().forEach(mount -> metrics.put(mount.path(), mount.metrics()));
    return metrics;
  }

  /**
   * Ends everything, the latest mount first, as {@link #unmount} does; the drain time is for all of
   * them together. Operations after that are EIO.
   */
  public void close(Duration drain) {
    List<Mount> mounts;
    synchronized (control) {
      closed = true;
      mounts = shared.table().mounts().reversed();
    }
    long end = System.nanoTime() + drain.toNanos();
    List<Mount> mine = mounts.stream().filter(mount -> mount.gate().drain()).toList();
    for (Mount mount : mine) {
      mount.hostEnds();
      boolean _ =
          new Unmounting(mount, () -> {})
              .run(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }
  }

  /** {@link #close(Duration)} with {@link #DEFAULT_DRAIN}. */
  @Override
  public void close() {
    close(DEFAULT_DRAIN);
  }
}
