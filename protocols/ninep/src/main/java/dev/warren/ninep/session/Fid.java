package dev.warren.ninep.session;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.frontend.TrackedPath;
import dev.warren.ninep.codec.Qid;
import org.jspecify.annotations.Nullable;

/**
 * A client's number for a file: where the file is, and what the fid is open on. Its state belongs
 * to the connection's event loop. {@link #path()}, {@link #attachment()} and {@link #fileId()} of a
 * bound fid may also be read by operations that use the fid on other threads.
 */
public final class Fid {
  private final int number;
  private @Nullable Attachment attachment;
  private @Nullable TrackedPath path;
  private @Nullable Found found;

  /** The path that starts at the file found; created again when the file has moved. */
  private volatile @Nullable VfsPath place;

  private @Nullable PathCost cost;
  private @Nullable Handle handle;
  private int qidType;
  private volatile long fileId;
  private boolean opening;
  private boolean gone;
  private boolean locked;

  Fid(int number) {
    this.number = number;
  }

  /** The client's number, as raw bits. */
  public int number() {
    return number;
  }

  /** Whether the fid refers to a file; false until the request that creates it has completed. */
  boolean isBound() {
    return path != null;
  }

  /**
   * Makes the fid refer to another file.
   *
   * @param newPath closed by the fid
   * @param newFound released by the fid; null if the file is identified by its name only
   * @return the cost of the path that it referred to before
   */
  @Nullable PathCost bind(
      Attachment tree,
      TrackedPath newPath,
      @Nullable Found newFound,
      PathCost newCost,
      int type,
      long id) {
    end();
    final PathCost before = cost;
    found = newFound;
    place = null;
    attachment = tree;
    path = newPath;
    cost = newCost;
    qidType = type;
    fileId = id;
    return before;
  }

  PathCost cost() {
    if (cost == null) {
      throw new IllegalStateException("fid " + number + " is not bound");
    }
    return cost;
  }

  /** The attachment, hence tree and caller, that the fid belongs to. */
  public Attachment attachment() {
    if (attachment == null) {
      throw new IllegalStateException("fid " + number + " is not bound");
    }
    return attachment;
  }

  /** The file's path: the file that was found, under its present name. */
  @SuppressWarnings("ReferenceEquality") // a path that has not moved is the same object
  public VfsPath path() {
    VfsPath now = tracked().path();
    Found file = found;
    if (file == null) {
      return now;
    }
    VfsPath last = place;
    if (last == null || last.parent() != now.parent() || last.name() != now.name()) {
      last = now.at(file.handle());
      place = last;
    }
    return last;
  }

  /** Whether the fid holds the file itself, not only its name. */
  public boolean isFound() {
    return found != null;
  }

  /**
   * The file that was found, for use by another fid; null if the file is identified by its name
   * only.
   */
  public @Nullable Found share() {
    return found == null || gone ? null : found.shared();
  }

  /** The tracked path, valid until the fid is clunked. */
  public TrackedPath tracked() {
    if (path == null) {
      throw new IllegalStateException("fid " + number + " is not bound");
    }
    return path;
  }

  /** The qid's type bits. */
  public int qidType() {
    return qidType;
  }

  /** Whether the file was a directory when the fid was bound or its attributes were last read. */
  public boolean isDirectory() {
    return (qidType & Qid.DIRECTORY) != 0;
  }

  /**
   * {@link FileAttributes#fileId()} of the file when the fid was bound or its attributes were last
   * read.
   */
  public long fileId() {
    return fileId;
  }

  /**
   * Records the file's present type and number. Ignored for an open fid, whose file cannot change.
   */
  public void saw(FileType type, long id) {
    if (handle == null) {
      qidType = Qid.type(type);
      fileId = id;
    }
  }

  /** What the fid is open on; null if it is not open. */
  public @Nullable Handle handle() {
    return handle;
  }

  void setHandle(@Nullable Handle newHandle) {
    handle = newHandle;
  }

  /**
   * The open file or directory.
   *
   * @throws FsException EBADF if the fid is not open
   */
  public Opened opened() throws FsException {
    if (handle instanceof Opened opened) {
      return opened;
    }
    throw new FsException(Errno.EBADF, "fid is not open");
  }

  /**
   * Reserves the fid for the request that opens it.
   *
   * @throws FsException EBADF if it is open or another request is opening it
   */
  public void startOpening() throws FsException {
    requireNotOpen();
    opening = true;
  }

  /** Ends the reservation by {@link #startOpening}. */
  public void stopOpening() {
    opening = false;
  }

  /**
   * Checks that the fid is not open.
   *
   * @throws FsException EBADF if it is open or another request is opening it
   */
  public void requireNotOpen() throws FsException {
    if (handle != null || opening) {
      throw new FsException(Errno.EBADF, "fid is open");
    }
  }

  /** Whether the fid was clunked. */
  public boolean isGone() {
    return gone;
  }

  void setGone() {
    gone = true;
    end();
  }

  private void end() {
    if (path != null) {
      path.close();
    }
    if (found != null) {
      found.release();
    }
  }

  /** Records that the fid may hold locks, which end with it. */
  public void setLocked() {
    locked = true;
  }

  boolean isLocked() {
    return locked;
  }
}
