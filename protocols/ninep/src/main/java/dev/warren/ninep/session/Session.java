package dev.warren.ninep.session;

import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.frontend.FileLocks;
import dev.warren.frontend.SharedFileSystem;
import dev.warren.ninep.auth.AttachPolicy;
import dev.warren.ninep.codec.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The state of a connection between two Tversions. For its event loop only, except where stated.
 */
public final class Session {
  /** Measured: bytes of an open file or directory with the namespace's wrappers, rounded up. */
  private static final int HANDLE = 1024;

  /** Measured: bytes that a directory of localfs reads ahead. */
  private static final int LISTING = 33 << 10;

  private final SharedFileSystem exported;
  private final AttachPolicy policy;
  private final Admission admission;
  private final SessionLimits limits;
  private final Allowance allowance;
  private final FidTable fids;
  private final OpenFileIndex openFiles = new OpenFileIndex();
  private final int msize;
  private long xattrBytes;
  private volatile @Nullable Caller firstCaller;
  private final AtomicLong bytesRead = new AtomicLong();
  private final AtomicLong bytesWritten = new AtomicLong();
  private volatile int openCount;

  /**
   * Begins a session.
   *
   * @param exported the tree that the listener serves
   * @param admission called at the first attach
   * @param allowance the connection's share of the host's memory budget
   * @param msize the negotiated value
   */
  public Session(
      SharedFileSystem exported,
      AttachPolicy policy,
      Admission admission,
      SessionLimits limits,
      Allowance allowance,
      int msize) {
    this.exported = exported;
    this.policy = policy;
    this.admission = admission;
    this.limits = limits;
    this.msize = msize;
    this.allowance = allowance;
    this.fids = new FidTable(limits.fids(), allowance);
  }

  /** The tree that the listener serves. Any thread. */
  public SharedFileSystem exported() {
    return exported;
  }

  /** Decides who may attach. Any thread. */
  public AttachPolicy policy() {
    return policy;
  }

  /** The fids. */
  public FidTable fids() {
    return fids;
  }

  /** The maximum length of a frame in either direction. Any thread. */
  public int msize() {
    return msize;
  }

  /**
   * How many bytes a client should read or write in one request: whole pages, since the Linux
   * client caches pages. 0 leaves the choice to the client.
   */
  public int ioUnit() {
    int payload = msize - Wire.IO_HEADER;
    return payload < 4096 ? 0 : payload & -4096;
  }

  /** The locks of all connections. */
  public FileLocks locks() {
    return exported.locks();
  }

  /**
   * An open file or directory that is the same as the fid's, or null; see {@link OpenFileIndex}.
   */
  public @Nullable Opened findOpened(Fid fid, boolean writable) {
    return openFiles.find(fid, writable);
  }

  /**
   * Reserves memory for a file or directory before it is opened, so that a lack of memory is
   * reported before rather than after a file is created.
   *
   * @throws FsException EMFILE if the memory budget is exhausted
   */
  public void reserveHandle() throws FsException {
    if (!allowance.take(Use.HANDLES, HANDLE)) {
      throw new FsException(Errno.EMFILE, "no memory left for open files");
    }
  }

  /** Undoes {@link #reserveHandle} if nothing was opened. */
  public void unreserveHandle() {
    allowance.give(Use.HANDLES, HANDLE);
  }

  /**
   * Opens a fid on a handle. For a file or directory, memory has been reserved before.
   *
   * @throws FsException ENOMEM if the session holds too many bytes of extended attributes
   */
  public void open(Fid fid, Handle handle) throws FsException {
    int bytes = handle.bytes();
    if (bytes > limits.xattrBytes() - xattrBytes || !allowance.take(Use.XATTRS, bytes)) {
      throw new FsException(Errno.ENOMEM, "too much of extended attributes is open");
    }
    xattrBytes += bytes;
    fid.setHandle(handle);
    if (handle instanceof Opened) {
      openFiles.add(fid);
      openCount = openFiles.count();
    }
  }

  /**
   * Reserves memory for what a directory reads ahead when it is listed.
   *
   * @throws FsException ENOMEM if the memory budget is exhausted
   */
  public void reserveListing(OpenedDirectory directory) throws FsException {
    if (!directory.isListed()) {
      if (!allowance.take(Use.LISTINGS, LISTING)) {
        throw new FsException(Errno.ENOMEM, "no memory left to list a directory");
      }
      directory.setListed();
    }
  }

  /**
   * Removes a fid and its locks. The caller closes its handle.
   *
   * @throws FsException EBADF if there is no such fid
   */
  public Fid remove(int number) throws FsException {
    Fid fid = fids.remove(number);
    forget(fid);
    return fid;
  }

  /** Removes all fids. Returns their handles, for the caller to close. */
  public List<Handle> removeAll() {
    List<Handle> handles = new ArrayList<>();
    for (Fid fid : fids.removeAll()) {
      forget(fid);
      if (fid.handle() != null) {
        handles.add(fid.handle());
      }
    }
    openFiles.clear();
    return handles;
  }

  private void forget(Fid fid) {
    if (fid.handle() != null) {
      xattrBytes -= fid.handle().bytes();
      allowance.give(Use.XATTRS, fid.handle().bytes());
      if (fid.handle() instanceof Opened) {
        openFiles.remove(fid);
        openCount = openFiles.count();
        allowance.give(Use.HANDLES, HANDLE);
      }
      if (fid.handle() instanceof OpenedDirectory directory && directory.isListed()) {
        allowance.give(Use.LISTINGS, LISTING);
      }
    }
    if (fid.isLocked()) {
      locks().release(fid);
    }
    fid.setGone();
  }

  /**
   * Records a caller that attached.
   *
   * @throws FsException if the connection is not admitted
   */
  public void attached(Caller caller) throws FsException {
    if (firstCaller == null) {
      admission.admit(caller);
      firstCaller = caller;
    }
  }

  /** The caller that attached first; null if none has. Any thread. */
  public @Nullable Caller firstCaller() {
    return firstCaller;
  }

  /** Counts bytes of file content that were read. */
  public void countRead(int bytes) {
    bytesRead.setRelease(bytesRead.getPlain() + bytes);
  }

  /** Counts bytes of file content that were written. */
  public void countWritten(int bytes) {
    bytesWritten.setRelease(bytesWritten.getPlain() + bytes);
  }

  /** Bytes of file content read. Any thread. */
  public long bytesRead() {
    return bytesRead.getAcquire();
  }

  /** Bytes of file content written. Any thread. */
  public long bytesWritten() {
    return bytesWritten.getAcquire();
  }

  /** Number of open files and directories. Any thread. */
  public int openFiles() {
    return openCount;
  }
}
