package dev.warren.namespace.track;

import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.Waits;
import dev.warren.api.WouldBlockException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Serialises conflicting renames: of two renames where a path of one is the same as, or above, a
 * path of the other, the later one waits until the file system and the tracked paths have completed
 * the earlier one. Other renames run concurrently.
 */
final class RenameOrder {
  /** Replaced as a whole, so that readers need only one volatile read. */
  private volatile List<Rename> running = List.of();

  /** Compared by identity, because the same rename may run again. */
  static final class Rename {
    private final VfsPath from;
    private final VfsPath to;

    private Rename(VfsPath from, VfsPath to) {
      this.from = from;
      this.to = to;
    }

    boolean touches(VfsPath path) {
      return related(from, path) || related(to, path);
    }
  }

  private static boolean related(VfsPath a, VfsPath b) {
    return a.startsWith(b) || b.startsWith(a);
  }

  /** Whether an in-flight rename may move a file with this path. */
  boolean isMoving(VfsPath path) {
    List<Rename> now = running;
    for (int i = 0; i < now.size(); i++) {
      if (path.startsWith(now.get(i).from)) {
        return true;
      }
    }
    return false;
  }

  /** Waits until no in-flight rename affects a path; others may begin immediately afterwards. */
  synchronized void awaitSettled(VfsPath path) throws FsException {
    List<Rename> atCall = running;
    Waits.until(this, () -> running.stream().noneMatch(r -> atCall.contains(r) && r.touches(path)));
  }

  /**
   * Begins a rename.
   *
   * @return must be passed to {@link #end}
   * @throws FsException EINTR; {@link WouldBlockException} if it would have to wait but may not
   */
  synchronized Rename begin(VfsPath from, VfsPath to, boolean mayBlock) throws FsException {
    BooleanSupplier wayIsFree =
        () -> running.stream().noneMatch(r -> r.touches(from) || r.touches(to));
    if (!mayBlock && !wayIsFree.getAsBoolean()) {
      throw WouldBlockException.INSTANCE;
    }
    Waits.until(this, wayIsFree);
    Rename rename = new Rename(from, to);
    running = Stream.concat(running.stream(), Stream.of(rename)).toList();
    return rename;
  }

  synchronized void end(Rename rename) {
    running = running.stream().filter(other -> !other.equals(rename)).toList();
    notifyAll();
  }
}
