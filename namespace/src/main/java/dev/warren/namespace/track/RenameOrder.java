package dev.warren.namespace.track;

import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.Waits;
import dev.warren.api.WouldBlockException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Puts renames in an order where it matters: of two that touch the same path or one above the
 * other, one waits until the file system and the tracked paths have done the other. Others run at
 * once.
 */
final class RenameOrder {
  /** Replaced whole, so that a look costs one read. */
  private volatile List<Rename> running = List.of();

  /** Equal to itself only: the same rename may come again. */
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

  /** Whether a rename runs that may move a file of this path. */
  boolean isMoving(VfsPath path) {
    List<Rename> now = running;
    for (int i = 0; i < now.size(); i++) {
      if (path.startsWith(now.get(i).from)) {
        return true;
      }
    }
    return false;
  }

  /** Waits until no rename runs that touches a path; more may begin right after. */
  synchronized void awaitSettled(VfsPath path) throws FsException {
    List<Rename> atCall = running;
    Waits.until(this, () -> running.stream().noneMatch(r -> atCall.contains(r) && r.touches(path)));
  }

  /**
   * Begins a rename.
   *
   * @return to be given to {@link #end}
   * @throws FsException EINTR; {@link WouldBlockException} where it had to wait and may not
   */
  synchronized Rename begin(VfsPath from, VfsPath to, boolean mayWait) throws FsException {
    BooleanSupplier wayIsFree =
        () -> running.stream().noneMatch(r -> r.touches(from) || r.touches(to));
    if (!mayWait && !wayIsFree.getAsBoolean()) {
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
