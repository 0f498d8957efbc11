package dev.warren.namespace.track;

import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.Waits;
import dev.warren.api.WouldBlockException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Serialises conflicting changes of names: of two renames where a path of one is the same as, or
 * above, a path of the other, the later one waits until the file system and the tracked paths have
 * completed the earlier one. The same applies to a rename and a removal. Other changes run
 * concurrently, and so do removals, because none of them gives a path to another file.
 */
final class RenameOrder {
  /** Replaced as a whole, so that readers need only one volatile read. */
  private volatile List<Change> running = List.of();

  /** Compared by identity, because the same change may run again. */
  static final class Change {
    private final VfsPath from;

    /** For a removal, the same as {@code from}. */
    private final VfsPath to;

    private final boolean isRename;

    private Change(VfsPath from, VfsPath to, boolean isRename) {
      this.from = from;
      this.to = to;
      this.isRename = isRename;
    }

    boolean touches(VfsPath path) {
      return related(from, path) || related(to, path);
    }

    boolean conflictsWith(Change other) {
      return (isRename || other.isRename) && (touches(other.from) || touches(other.to));
    }
  }

  private static boolean related(VfsPath a, VfsPath b) {
    return a.startsWith(b) || b.startsWith(a);
  }

  /** Whether an in-flight rename may move a file with this path. */
  boolean isMoving(VfsPath path) {
    List<Change> now = running;
    for (int i = 0; i < now.size(); i++) {
      if (now.get(i).isRename && path.startsWith(now.get(i).from)) {
        return true;
      }
    }
    return false;
  }

  /** Waits until no in-flight rename affects a path; others may begin immediately afterwards. */
  synchronized void awaitSettled(VfsPath path) throws FsException {
    List<Change> atCall = running;
    Waits.until(
        this,
        () -> running.stream().noneMatch(c -> c.isRename && atCall.contains(c) && c.touches(path)));
  }

  /**
   * Begins a rename.
   *
   * @return must be passed to {@link #end}
   * @throws FsException EINTR; {@link WouldBlockException} if it would have to wait but may not
   */
  Change beginRename(VfsPath from, VfsPath to, boolean mayBlock) throws FsException {
    return begin(new Change(from, to, true), mayBlock);
  }

  /**
   * Begins the removal of a name.
   *
   * @return must be passed to {@link #end}
   * @throws FsException EINTR; {@link WouldBlockException} if it would have to wait but may not
   */
  Change beginRemoval(VfsPath path, boolean mayBlock) throws FsException {
    return begin(new Change(path, path, false), mayBlock);
  }

  private synchronized Change begin(Change change, boolean mayBlock) throws FsException {
    BooleanSupplier isFree = () -> !conflicts(change);
    if (!mayBlock && !isFree.getAsBoolean()) {
      throw WouldBlockException.INSTANCE;
    }
    Waits.until(this, isFree);
    List<Change> more = new ArrayList<>(running.size() + 1);
    more.addAll(running);
    more.add(change);
    running = more;
    return change;
  }

  private boolean conflicts(Change change) {
    List<Change> now = running;
    for (int i = 0; i < now.size(); i++) {
      if (now.get(i).conflictsWith(change)) {
        return true;
      }
    }
    return false;
  }

  synchronized void end(Change change) {
    List<Change> fewer = new ArrayList<>(running);
    fewer.remove(change);
    running = fewer;
    notifyAll();
  }
}
