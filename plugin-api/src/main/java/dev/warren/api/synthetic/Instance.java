package dev.warren.api.synthetic;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.HostUser;
import dev.warren.api.MemoryBudget;
import dev.warren.api.OpenFile;
import dev.warren.api.VfsPath;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The state that all views of one file system share: its open files, and whether it is closed.
 * Thread-safe.
 */
final class Instance {
  private static final System.Logger log = System.getLogger("dev.warren.api.synthetic");

  /** How many entries that cannot be shown are logged. */
  private static final int LEFT_OUT_LIMIT = 64;

  private static final int SHOWN_NAME = 80;

  private final MemoryBudget.@Nullable Account memory;
  private final Instant since = Instant.now();
  private final Set<OpenFile> open = ConcurrentHashMap.newKeySet();
  private final LiveContents live = new LiveContents();
  private final ChangeLock changes = new ChangeLock();
  private final Set<String> leftOut = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** Creates an instance that charges an account for what is open; null charges nothing. */
  Instance(MemoryBudget.@Nullable Account memory) {
    this.memory = memory;
  }

  /** Returns a charge for a file that is about to be opened. */
  Charge charge() {
    return new Charge(memory);
  }

  /**
   * Returns the attributes of a node. Calls the node's functions for size and time, which must not
   * block.
   */
  FileAttributes attributes(SyntheticNode node, long fileId) throws FsException {
    FileAttributes.Builder builder =
        switch (node) {
          case SyntheticFile file -> file.attributes(live, since);
          case SyntheticDirectory directory -> directory.attributes(since);
        };
    HostUser user = HostUser.current();
    return builder.owner(user.uid(), user.gid()).fileId(fileId).build();
  }

  /** The stored contents that are open. */
  LiveContents live() {
    return live;
  }

  /** The lock for changes of names and extended attributes. */
  ChangeLock changes() {
    return changes;
  }

  /** Logs an entry that cannot be shown, once. */
  void leftOut(VfsPath directory, String name, String problem) {
    String shown = name.substring(0, Math.min(SHOWN_NAME, name.length()));
    String printable = shown.replaceAll("[^\\x20-\\x7e]", "?");
    String message =
        "%s: the computed entry '%s' %s, and is left out".formatted(directory, printable, problem);
    if (leftOut.size() < LEFT_OUT_LIMIT && leftOut.add(message)) {
      log.log(Level.WARNING, message);
    }
  }

  void requireOpen() throws FsException {
    if (closed) {
      throw closedException();
    }
  }

  /** Registers an open file, unless the file system has been closed meanwhile. */
  <T extends OpenFile> T opened(T file) throws FsException {
    open.add(file);
    if (closed) {
      file.abort(closedException());
      throw closedException();
    }
    return file;
  }

  void forget(OpenFile file) {
    open.remove(file);
  }

  void close() {
    closed = true;
    open.forEach(file -> file.abort(closedException()));
  }

  private static FsException closedException() {
    return new FsException(Errno.EIO, "the file system is closed");
  }
}
