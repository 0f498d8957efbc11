package dev.warren.gptfs.submission;

import dev.warren.api.FsException;

/**
 * A writable open file of the inbox. Exactly one of {@link #close}, {@link #abort} and {@link
 * #forget} is called, once.
 */
public final class Writer {
  private final Submissions submissions;
  private final InboxFile file;
  private volatile boolean changed;
  private volatile boolean spoiled;

  Writer(Submissions submissions, InboxFile file) {
    this.submissions = submissions;
    this.file = file;
  }

  /** Closes the file of the inner file system. */
  @FunctionalInterface
  public interface End {
    /** Closes it. */
    void run() throws FsException;
  }

  /**
   * The file is about to be changed.
   *
   * @param newSize the least size that it will have
   * @throws FsException EFBIG, EDQUOT: the change must not be made
   */
  public void changing(long newSize) throws FsException {
    submissions.changing(file, newSize);
    changed = true;
  }

  /**
   * A write has failed. The content counts as lost even if the client closes the file normally,
   * because it is not what the client meant to write.
   */
  public void spoil() {
    spoiled = true;
    changed = true;
  }

  /** The file was truncated or extended to a size. */
  public void resized(long newSize) {
    submissions.resized(file, newSize);
  }

  /**
   * The client has closed the file.
   *
   * @param end closes the inner file; if it throws, the exception is passed on and the content
   *     counts as lost
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

  /** The client was lost before it closed the file. */
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

  /** The open has failed. */
  void forget() {
    submissions.forgetWriter(file);
  }
}
