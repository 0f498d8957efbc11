package dev.warren.ninep.session;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.ninep.codec.Wire;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection's fids, bounded in number. For its event loop only. */
public final class FidTable {
  private final IntObjectHashMap<Fid> fids = new IntObjectHashMap<>();
  private final int limit;

  FidTable(int limit) {
    this.limit = limit;
  }

  /**
   * The fid of a number.
   *
   * @throws FsException EBADF if there is none, or the request that makes it still runs
   */
  public Fid get(int number) throws FsException {
    Fid fid = fids.get(number);
    if (fid == null || !fid.isBound()) {
      throw new FsException(Errno.EBADF, "no such fid");
    }
    return fid;
  }

  /**
   * Checks that a new fid can have a number.
   *
   * @throws FsException EBADF if the number cannot be given to a new fid, EMFILE if there are too
   *     many
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
   * Adds a fid that stands for nothing yet.
   *
   * @throws FsException as {@link #requireFree}
   */
  public Fid reserve(int number) throws FsException {
    requireFree(number);
    Fid fid = new Fid(number);
    fids.put(number, fid);
    return fid;
  }

  /** Takes back {@link #reserve}, unless the fid has been bound since. */
  public void unreserve(@Nullable Fid fid) {
    if (fid != null && !fid.isBound() && fids.get(fid.number()) == fid) {
      fids.remove(fid.number());
    }
  }

  Fid remove(int number) throws FsException {
    Fid fid = get(number);
    fids.remove(number);
    return fid;
  }

  List<Fid> removeAll() {
    List<Fid> all = new ArrayList<>(fids.values());
    fids.clear();
    return all;
  }

  int size() {
    return fids.size();
  }
}
