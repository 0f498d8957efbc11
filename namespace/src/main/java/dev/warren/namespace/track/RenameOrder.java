package dev.warren.namespace.track;

import dev.warren.api.Cancellation;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
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
    await(() -> running.stream().anyMatch(r -> atCall.contains(r) && r.touches(path)));
  }

  /**
   * Begins a rename.
   *
   * @return to be given to {@link #end}
   * @throws FsException EINTR; {@link WouldBlockException} where it had to wait and may not
   */
  synchronized Rename begin(VfsPath from, VfsPath to, boolean mayWait) throws FsException {
    BooleanSupplier inTheWay =
        () -> running.stream().anyMatch(r -> r.touches(from) || r.touches(to));
    if (!mayWait && inTheWay.getAsBoolean()) {
      throw WouldBlockException.INSTANCE;
    }
    await(inTheWay);
    Rename rename = new Rename(from, to);
    running = Stream.concat(running.stream(), Stream.of(rename)).toList();
    return rename;
  }

  synchronized void end(Rename rename) {
    running = running.stream().filter(other -> !other.equals(rename)).toList();
    notifyAll();
  }

  /** Waits while something holds, unless the client gives up. */
  private void await(BooleanSupplier obstacle) throws FsException {
    if (!obstacle.getAsBoolean()) {
      return;
    }
    Cancellation cancellation = Cancellation.current();
    try (var _ = cancellation.onCancel(this::wake)) {
      while (obstacle.getAsBoolean()) {
        if (cancellation.isCancelled()) {
          throw new FsException(Errno.EINTR, "gave up waiting for a rename");
        }
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FsException(Errno.EINTR, "interrupted while waiting for a rename", e);
    }
  }

  private synchronized void wake() {
    notifyAll();
  }
}
