package dev.warren.ninep.session;

import dev.warren.api.Errno;
import dev.warren.api.FileHandle;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.api.VfsPath;
import dev.warren.frontend.TrackedPath;
import dev.warren.ninep.codec.Wire;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection's fids. Their number is limited, and their memory counts towards the host's budget.
 * For the connection's event loop only.
 */
public final class FidTable {
  /** Measured: bytes of a fid, its tracked path, and its table entries. */
  private static final int FID = 400;

  /** Measured: bytes of an attachment with its views of the mounts. */
  private static final int ATTACHMENT = 4096;

  private final IntObjectHashMap<Fid> fids = new IntObjectHashMap<>();
  private final int limit;
  private final Allowance allowance;

  FidTable(int limit, Allowance allowance) {
    this.limit = limit;
    this.allowance = allowance;
  }

  /**
   * The fid with a number.
   *
   * @throws FsException EBADF if there is none, or the request that creates it has not completed
   */
  public Fid get(int number) throws FsException {
    Fid fid = fids.get(number);
    if (fid == null || !fid.isBound()) {
      throw new FsException(Errno.EBADF, "no such fid");
    }
    return fid;
  }

  /**
   * Checks that a new fid with a number could be added.
   *
   * @throws FsException EBADF if the number is reserved or in use, EMFILE if there are too many
   *     fids
   */
  public void requireFree(int number) throws FsException {
    if (number == Wire.NOFID || fids.containsKey(number)) {
      throw new FsException(Errno.EBADF, "fid in use");
    }
    if (fids.size() >= limit) {
      throw new FsException(Errno.EMFILE, "too many fids");
    }
  }

  /**
   * Adds a fid that does not refer to a file yet.
   *
   * @throws FsException as {@link #requireFree}; EMFILE also if the memory budget is exhausted
   */
  public Fid reserve(int number) throws FsException {
    requireFree(number);
    take(FID);
    Fid fid = new Fid(number);
    fids.put(number, fid);
    return fid;
  }

  /** Undoes {@link #reserve}, unless the fid has been bound since. */
  public void unreserve(@Nullable Fid fid) {
    if (fid != null && !fid.isBound() && fids.get(fid.number()) == fid) {
      fids.remove(fid.number());
      allowance.give(Use.FIDS, FID);
    }
  }

  /**
   * The cost of the root of a new attachment.
   *
   * @throws FsException EMFILE if the memory budget is exhausted
   */
  public PathCost costOfAttachment(VfsPath root) throws FsException {
    return cost(null, ATTACHMENT + PathCost.ofPath(root));
  }

  /**
   * The cost of a path reached by walking from a fid.
   *
   * @param names the names to walk, of which the first {@code count} are used
   * @throws FsException EMFILE if the memory budget is exhausted
   */
  public PathCost costOf(Fid from, String[] names, int count) throws FsException {
    if (count == 0) {
      return from.cost().shared();
    }
    int sum = 0;
    for (int i = 0; i < count; i++) {
      if (names[i].equals("..")) {
        // ".." drops names whose cost was counted. Charge the whole path anew: otherwise a chain of
        // costs, each above the next, could grow without end.
        return cost(null, ATTACHMENT + PathCost.ofPath(from.path()) + sum(names, count));
      }
      sum += PathCost.ofName(names[i]);
    }
    return cost(from.cost(), sum);
  }

  private static int sum(String[] names, int count) {
    int sum = 0;
    for (int i = 0; i < count; i++) {
      sum += PathCost.ofName(names[i]);
    }
    return sum;
  }

  private PathCost cost(@Nullable PathCost above, int bytes) throws FsException {
    take(bytes);
    return new PathCost(above, bytes);
  }

  private void take(int bytes) throws FsException {
    if (!allowance.take(Use.FIDS, bytes)) {
      throw new FsException(Errno.EMFILE, "no memory left for fids");
    }
  }

  /** Returns a cost that was not bound to a fid. */
  public void giveBack(@Nullable PathCost cost) {
    if (cost != null) {
      allowance.give(Use.FIDS, cost.release());
    }
  }

  /**
   * Makes a fid refer to another file.
   *
   * @param path closed by the fid; its cost is released with the fid
   * @param file closed by the fid; null if the file is identified by its name only
   */
  public void bind(
      Fid fid,
      Attachment tree,
      TrackedPath path,
      @Nullable FileHandle file,
      PathCost cost,
      int type,
      long id) {
    giveBack(fid.bind(tree, path, file == null ? null : new Found(file), cost, type, id));
  }

  /** Makes a fid refer to the same file as another one. */
  public void clone(Fid from, Fid fid, TrackedPath path, PathCost cost) {
    giveBack(fid.bind(from.attachment(), path, from.share(), cost, from.qidType(), from.fileId()));
  }

  Fid remove(int number) throws FsException {
    Fid fid = get(number);
    fids.remove(number);
    allowance.give(Use.FIDS, FID + fid.cost().release());
    return fid;
  }

  List<Fid> removeAll() {
    List<Fid> all = new ArrayList<>(fids.values());
    fids.clear();
    for (Fid fid : all) {
      allowance.give(Use.FIDS, FID + (fid.isBound() ? fid.cost().release() : 0));
    }
    return all;
  }

  int size() {
    return fids.size();
  }
}
