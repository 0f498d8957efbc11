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

/** What all views of one file system share: what is open, and whether it is. Thread-safe. */
final class Instance {
  private static final System.Logger log = System.getLogger("dev.warren.api.synthetic");

  /** How many entries that were left out the log tells of. */
  private static final int LEFT_OUT_LIMIT = 64;

  private static final int SHOWN_NAME = 80;

  private final MemoryBudget.@Nullable Account memory;
  private final Instant since = Instant.now();
  private final Set<OpenFile> open = ConcurrentHashMap.newKeySet();
  private final LiveContents live = new LiveContents();
  private final Turn changes = new Turn();
  private final Set<String> leftOut = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** An instance that charges what is open to an account, or to nobody. */
  Instance(MemoryBudget.@Nullable Account memory) {
    this.memory = memory;
  }

  /** A charge for what is about to be opened. */
  Charge charge() {
    return new Charge(memory);
  }

  /** The attributes of a node; its functions are asked for size and time, and do not wait. */
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

  /** Who changes names and extended attributes. */
  Turn changes() {
    return changes;
  }

  /** Tells the log of an entry that cannot be shown, once. */
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

  /** Takes note of an open file, unless the file system was closed meanwhile. */
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
