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

/** One file system and where it is mounted. Compared by identity. Thread-safe. */
final class Mount {
  private final VfsPath path;
  private final int number;
  private final MountOptions options;
  private final @Nullable String error;
  private final Target target;
  private final FileIds fileIds;
  private final boolean shared;
  private final RequestGate gate = new RequestGate();
  private final PluginFailures failures;
  private final MountMetrics metrics;
  private final CallPool calls;
  private final MountTable.Node inside;
  private final Set<Handle> handles = ConcurrentHashMap.newKeySet();

  /** The root's attributes as clients have last seen them; null before. */
  private volatile @Nullable FileAttributes rootSeen;

  private volatile boolean silent;
  private volatile boolean hostEnds;
  private volatile boolean vacated;
  private volatile boolean givenUp;

  /** A file or directory that a client has open. */
  interface Handle {
    /** Ends its use because the mount goes. */
    void unmounted(FsException cause);
  }

  Mount(
      VfsPath path,
      int number,
      MountOptions options,
      FileSystem fileSystem,
      CallPool calls,
      @Nullable String error) {
    this.path = path;
    this.number = number;
    this.options = options;
    this.error = error;
    this.calls = calls;
    this.target = Target.of(fileSystem, Meter.NONE);
    this.fileIds = new FileIds(number);
    this.shared = fileSystem.isShared();
    this.failures = new PluginFailures(path, options);
    this.metrics = new MountMetrics(path);
    this.inside = MountTable.Node.inside(this);
  }

  VfsPath path() {
    return path;
  }

  int number() {
    return number;
  }

  /** Stands for what is below the mount point, with no other mount on the way. */
  MountTable.Node inside() {
    return inside;
  }

  /** Whether other hosts change the same files. */
  boolean isShared() {
    return shared;
  }

  MountOptions options() {
    return options;
  }

  Target target() {
    return target;
  }

  RequestGate gate() {
    return gate;
  }

  PluginFailures failures() {
    return failures;
  }

  MountMetrics metrics() {
    return metrics;
  }

  /** Where the file system's calls wait. */
  CallPool calls() {
    return calls;
  }

  Set<Handle> handles() {
    return handles;
  }

  /** The plugin's path for one of the namespace, from what was found here on, if anything was. */
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

  /** The root's attributes when they were last asked for; null if they never were. */
  @Nullable FileAttributes rootSeen() {
    return rootSeen;
  }

  void sawRoot(FileAttributes attributes) {
    rootSeen = attributes;
  }

  /** It did not answer a question that others wait for. */
  void fellSilent() {
    silent = true;
  }

  /** Whether it did not answer, and what it was asked then has still not returned. */
  boolean isSilent() {
    if (silent && calls.blocked().abandoned() == 0) {
      silent = false;
    }
    return silent;
  }

  /** Before each request to the plugin; {@link #leave} after it. */
  void enter() throws FsException {
    if (!gate.enter()) {
      throw gone();
    }
  }

  void leave() {
    gate.leave();
  }

  /** The answer to what the request that runs on this thread has thrown. Once for each request. */
  FsException failure(Throwable failure) {
    if (failure instanceof WouldBlockException wouldBlock) {
      gate.retract();
      return wouldBlock;
    }
    return failures.answer(failure);
  }

  /** Whether a request gets to its plugin now. */
  boolean takesRequests() {
    return error == null && gate.isOpen();
  }

  /** Whether it is about to be unmounted or replaced, which takes a moment. */
  boolean isLeaving() {
    return error == null && !gate.isOpen() && !givenUp;
  }

  /** Whether it stands for a plugin that could not be opened. */
  boolean isFailed() {
    return error != null;
  }

  /** Its end has come, and it keeps its path for the next one. */
  void vacate() {
    vacated = true;
  }

  boolean isVacated() {
    return vacated;
  }

  /** Its end has come, and something of it does not return: it keeps its path meanwhile. */
  void giveUp() {
    givenUp = true;
  }

  boolean isGivenUp() {
    return givenUp;
  }

  /** Not this mount alone, but the whole host ends. */
  void hostEnds() {
    hostEnds = true;
  }

  /** Whether clients are still there to hear that their files were not committed. */
  boolean hasClients() {
    return !hostEnds;
  }

  /** What clients get to hear once the mount is going. */
  FsException gone() {
    return new FsException(
        Errno.EIO,
        givenUp ? silence() : path + (gate.isShut() ? " was unmounted" : " is being unmounted"));
  }

  /** That it does not answer, and what it hangs at. */
  String silence() {
    return "%s at %s does not answer: %s"
        .formatted(options.instance(), path, calls.blocked().describe());
  }

  /**
   * Remembers what a client has opened, for the end of the mount.
   *
   * @throws FsException EIO if the end has come meanwhile; the handle is ended
   */
  void opened(Handle handle) throws FsException {
    handles.add(handle);
    if (gate.isShut() && handles.remove(handle)) {
      FsException cause = gone();
      handle.unmounted(cause);
      throw cause;
    }
  }

  /** Forgets it. */
  void closed(Handle handle) {
    handles.remove(handle);
  }

  MountInfo info() {
    String reason = givenUp ? silence() : error;
    MountState state =
        givenUp
            ? MountState.FAILED
            : !gate.isOpen()
                ? MountState.DRAINING
                : error == null ? MountState.UP : MountState.FAILED;
    return new MountInfo(
        path,
        options,
        state,
        reason,
        handles.size(),
        gate.inFlight(),
        gate.operations(),
        calls.blocked());
  }
}
