package dev.warren.gptfs.submission;

import dev.warren.api.FsException;

/** One open file of the inbox that can write. Exactly one of its ends is called, once. */
public final class Writer {
  private final Submissions submissions;
  private final InboxFile file;
  private volatile boolean changed;
  private volatile boolean spoiled;

  Writer(Submissions submissions, InboxFile file) {
    this.submissions = submissions;
    this.file = file;
  }

  /** Ends the use of the file below. */
  @FunctionalInterface
  public interface End {
    /** Ends it. */
    void run() throws FsException;
  }

  /**
   * The file is about to be changed.
   *
   * @param newSize what it will have at least
   * @throws FsException EFBIG, EDQUOT: the change must not be made
   */
  public void changing(long newSize) throws FsException {
    submissions.changing(file, newSize);
    changed = true;
  }

  /**
   * A write has failed: what is there is not what the client meant, although it will close the file
   * as if nothing had been. The content counts as lost.
   */
  public void spoil() {
    spoiled = true;
    changed = true;
  }

  /** The file has been cut or grown to a size. */
  public void resized(long newSize) {
    submissions.resized(file, newSize);
  }

  /**
   * The client was done.
   *
   * @param end closes the file; what it throws is thrown, and the content then counts as lost
   */
  public void close(End end) throws FsException {
    submissions.structure().readLock().lock();
    try {
      boolean lost = true;
      try {
        end.run();
        lost = spoiled;
      } finally {
        submissions.closed(file, changed, lost);
      }
    } finally {
      submissions.structure().readLock().unlock();
    }
  }

  /** The client was lost. */
  public void abort(Runnable end, FsException cause) {
    submissions.structure().readLock().lock();
    try {
      end.run();
      submissions.closed(file, changed, true);
    } catch (FsException e) {
      cause.addSuppressed(e);
    } finally {
      submissions.structure().readLock().unlock();
    }
  }

  /** The file could not be opened. */
  void forget() {
    submissions.forgetWriter(file);
  }
}
