package dev.warren.ninep.session;

import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.frontend.FileLocks;
import dev.warren.frontend.SharedFileSystem;
import dev.warren.ninep.auth.Gate;
import dev.warren.ninep.codec.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What a connection holds between two Tversions. For its event loop only, but for what says
 * otherwise.
 */
public final class Session {
  /** Measured: an open file or directory with what the namespace puts around it, and more. */
  private static final int HANDLE = 1024;

  /** Measured: what a directory of localfs reads ahead. */
  private static final int LISTING = 33 << 10;

  private final SharedFileSystem exported;
  private final Gate gate;
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
   * @param exported what the listener serves
   * @param admission is asked at the first attach
   * @param allowance what the connection may use of the host's memory
   * @param msize what was agreed on
   */
  public Session(
      SharedFileSystem exported,
      Gate gate,
      Admission admission,
      SessionLimits limits,
      Allowance allowance,
      int msize) {
    this.exported = exported;
    this.gate = gate;
    this.admission = admission;
    this.limits = limits;
    this.msize = msize;
    this.allowance = allowance;
    this.fids = new FidTable(limits.fids(), allowance);
  }

  /** What the listener serves. Any thread. */
  public SharedFileSystem exported() {
    return exported;
  }

  /** Who may attach. Any thread. */
  public Gate gate() {
    return gate;
  }

  /** The fids. */
  public FidTable fids() {
    return fids;
  }

  /** The greatest frame in either direction. Any thread. */
  public int msize() {
    return msize;
  }

  /**
   * How much a client should read or write at once: whole pages, since the Linux client caches in
   * pages; 0 leaves it to the client.
   */
  public int ioUnit() {
    int payload = msize - Wire.IO_HEADER;
    return payload < 4096 ? 0 : payload & -4096;
  }

  /** The locks of all connections. */
  public FileLocks locks() {
    return exported.locks();
  }

  /** The open file or directory that a fid stands for, if one has it; see {@link OpenFileIndex}. */
  public @Nullable Opened findOpened(Fid fid, boolean writable) {
    return openFiles.find(fid, writable);
  }

  /**
   * Sets memory aside for a file or directory that is about to be opened: to be told before rather
   * than after it has been created.
   *
   * @throws FsException EMFILE if there is none
   */
  public void reserveHandle() throws FsException {
    if (!allowance.take(Use.HANDLES, HANDLE)) {
      throw new FsException(Errno.EMFILE, "no memory left for open files");
    }
  }

  /** Takes back {@link #reserveHandle}, if nothing was opened. */
  public void unreserveHandle() {
    allowance.give(Use.HANDLES, HANDLE);
  }

  /**
   * Opens a fid on something; for a file or directory memory has been set aside.
   *
   * @throws FsException ENOMEM if the session holds too much of extended attributes
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
   * Sets memory aside for what a directory reads ahead when it is listed.
   *
   * @throws FsException ENOMEM if there is none
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
   * Ends a fid, its locks with it. Its handle is left to the caller.
   *
   * @throws FsException EBADF if there is none
   */
  public Fid remove(int number) throws FsException {
    Fid fid = fids.remove(number);
    forget(fid);
    return fid;
  }

  /** Ends all fids and gives back what they were open on. */
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
   * Notes who attached.
   *
   * @throws FsException if there is no room for them
   */
  public void attached(Caller caller) throws FsException {
    if (firstCaller == null) {
      admission.admit(caller);
      firstCaller = caller;
    }
  }

  /** Who attached first; null as long as nobody has. Any thread. */
  public @Nullable Caller firstCaller() {
    return firstCaller;
  }

  /** Counts content that was read. */
  public void countRead(int bytes) {
    bytesRead.setRelease(bytesRead.getPlain() + bytes);
  }

  /** Counts content that was written. */
  public void countWritten(int bytes) {
    bytesWritten.setRelease(bytesWritten.getPlain() + bytes);
  }

  /** Bytes of content read. Any thread. */
  public long bytesRead() {
    return bytesRead.getAcquire();
  }

  /** Bytes of content written. Any thread. */
  public long bytesWritten() {
    return bytesWritten.getAcquire();
  }

  /** Open files and directories. Any thread. */
  public int openFiles() {
    return openCount;
  }
}
