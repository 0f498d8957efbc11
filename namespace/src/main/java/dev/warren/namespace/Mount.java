package dev.warren.namespace;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import dev.warren.namespace.calls.CallPool;
import dev.warren.namespace.metrics.Meter;
import dev.warren.namespace.metrics.MountMetrics;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One file system and its mount point. Compared by identity. Thread-safe. */
final class Mount {
  private final VfsPath path;
  private final int number;
  private final MountDescription description;
  private final @Nullable String error;
  private final MountView view;
  private final FileIds fileIds;
  private final boolean shared;
  private final RequestCounter counter = new RequestCounter();
  private final PluginFailures failures;
  private final MountMetrics metrics;
  private final CallPool calls;
  private final MountTable.Node inside;
  private final Set<Handle> handles = ConcurrentHashMap.newKeySet();

  /** The root's attributes that clients saw last; null if none have been seen. */
  private volatile @Nullable FileAttributes rootSeen;

  private volatile boolean silent;
  private volatile boolean hostEnds;
  private volatile boolean vacated;
  private volatile boolean givenUp;

  /** A file or directory that a client has open. */
  interface Handle {
    /** Ends the client's use because the mount is being unmounted. */
    void unmounted(FsException cause);
  }

  Mount(
      VfsPath path,
      int number,
      MountDescription description,
      FileSystem fileSystem,
      CallPool calls,
      @Nullable String error) {
    this.path = path;
    this.number = number;
    this.description = description;
    this.error = error;
    this.calls = calls;
    this.view = MountView.of(fileSystem, Meter.NONE);
    this.fileIds = new FileIds(number);
    this.shared = fileSystem.isShared();
    this.failures = new PluginFailures(path, description);
    this.metrics = new MountMetrics(path);
    this.inside = MountTable.Node.inside(this);
  }

  VfsPath path() {
    return path;
  }

  int number() {
    return number;
  }

  /** A node that represents the tree below the mount point, without other mounts. */
  MountTable.Node inside() {
    return inside;
  }

  /** Whether other hosts change the same files. */
  boolean isShared() {
    return shared;
  }

  MountDescription description() {
    return description;
  }

  MountView view() {
    return view;
  }

  RequestCounter counter() {
    return counter;
  }

  PluginFailures failures() {
    return failures;
  }

  MountMetrics metrics() {
    return metrics;
  }

  /** The threads on which the file system's calls block. */
  CallPool calls() {
    return calls;
  }

  Set<Handle> handles() {
    return handles;
  }

  /**
   * Translates a path of the namespace to a path of the plugin, relative to a handle of this mount
   * if the path has one.
   */
  VfsPath inner(VfsPath outer) {
    VfsPath anchor = outer.anchor();
    return anchor != null
            && anchor.handle() instanceof MountedHandle file
            && file.mount().equals(this)
        ? outer.rebase(anchor, file.inside(anchor))
        : innerByName(outer);
  }

  VfsPath innerByName(VfsPath outer) {
    return outer.rebase(path, VfsPath.ROOT);
  }

  long visible(long fileId) {
    return fileIds.visible(fileId);
  }

  FileAttributes visible(FileAttributes attributes) {
    return attributes.withFileId(fileIds.visible(attributes.fileId()));
  }

  void makeVisible(AttributesBuffer attributes) {
    attributes.setFileId(fileIds.visible(attributes.fileId()));
  }

  /** The root's attributes when they were last requested; null if they never were. */
  @Nullable FileAttributes rootSeen() {
    return rootSeen;
  }

  void sawRoot(FileAttributes attributes) {
    rootSeen = attributes;
  }

  /** Records that the file system did not respond in time to a request for which others wait. */
  void fellSilent() {
    silent = true;
  }

  /**
   * Whether the file system did not respond in time, and one of its abandoned calls has still not
   * returned.
   */
  boolean isSilent() {
    if (silent && calls.blocked().abandoned() == 0) {
      silent = false;
    }
    return silent;
  }

  /** Must be called before each request to the plugin; {@link #leave} must be called after it. */
  void enter() throws FsException {
    if (!counter.enter()) {
      throw gone();
    }
  }

  void leave() {
    counter.leave();
  }

  /**
   * Returns the error for the client after the current request has thrown an exception. Must be
   * called once per request.
   */
  FsException failure(Throwable failure) {
    if (failure instanceof WouldBlockException wouldBlock) {
      counter.retract();
      return wouldBlock;
    }
    return failures.answer(failure);
  }

  /** Whether a request would currently reach the plugin. */
  boolean takesRequests() {
    return error == null && counter.isOpen();
  }

  /** Whether it is being unmounted or replaced, which is soon complete. */
  boolean isLeaving() {
    return error == null && !counter.isOpen() && !givenUp;
  }

  /** Whether its plugin could not be opened. */
  boolean isFailed() {
    return error != null;
  }

  /** Marks the mount as ended; its mount point remains for the mount that replaces it. */
  void vacate() {
    vacated = true;
  }

  boolean isVacated() {
    return vacated;
  }

  /**
   * Marks the mount as ended although some of its calls have not returned; its mount point remains
   * meanwhile.
   */
  void giveUp() {
    givenUp = true;
  }

  boolean isGivenUp() {
    return givenUp;
  }

  /** Records that the whole host shuts down, not only this mount. */
  void hostEnds() {
    hostEnds = true;
  }

  /** Whether there are still clients to which an uncommitted file can be reported. */
  boolean hasClients() {
    return !hostEnds;
  }

  /** The error that clients get once the mount is being unmounted. */
  FsException gone() {
    return new FsException(
        Errno.EIO,
        givenUp ? silence() : path + (counter.isShut() ? " was unmounted" : " is being unmounted"));
  }

  /** Describes that the mount does not respond, and the calls that hang. */
  String silence() {
    return "%s at %s does not answer: %s"
        .formatted(description.instance(), path, calls.blocked().describe());
  }

  /**
   * Registers what a client has opened, so that unmounting can end it.
   *
   * @throws FsException EIO if the mount has ended meanwhile; the handle has then been ended
   */
  void opened(Handle handle) throws FsException {
    handles.add(handle);
    if (counter.isShut() && handles.remove(handle)) {
      FsException cause = gone();
      handle.unmounted(cause);
      throw cause;
    }
  }

  /** Unregisters a handle. */
  void closed(Handle handle) {
    handles.remove(handle);
  }

  MountInfo info() {
    String reason = givenUp ? silence() : error;
    MountState state =
        givenUp
            ? MountState.FAILED
            : !counter.isOpen()
                ? MountState.DRAINING
                : error == null ? MountState.UP : MountState.FAILED;
    return new MountInfo(
        path,
        description,
        state,
        reason,
        handles.size(),
        counter.inFlight(),
        counter.operations(),
        calls.blocked());
  }
}
