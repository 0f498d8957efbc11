package dev.warren.gptfs.submission;

import dev.warren.api.AttributeChanges;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;

/**
 * A writable open file of the inbox. Exactly one of {@link #close}, {@link #abort} and {@link
 * #forget} is called, once.
 */
public final class Writer {
  private final Submissions submissions;
  private final InboxFile file;
  private volatile boolean changed;
  private volatile boolean spoiled;
  private volatile boolean synced;

  Writer(Submissions submissions, InboxFile file) {
    this.submissions = submissions;
    this.file = file;
  }

  /** A step on the file of the inner file system. */
  @FunctionalInterface
  public interface Step {
    /** Takes it. */
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
    synced = false;
  }

  /** The changes so far survive a power cut. Then the close must survive one, too. */
  public void synced() {
    synced = true;
  }

  /**
   * A write has failed. The content counts as lost even if the client closes the file normally,
   * because it is not what the client meant to write.
   */
  public void spoil() {
    spoiled = true;
    changed = true;
  }

  /** Opens a file and empties it. */
  @FunctionalInterface
  interface Opening {
    /** Opens it. */
    OpenFile open() throws FsException;
  }

  /**
   * Opens the file and empties it. It is marked first, even if it was just seen to be empty:
   * another host may have written to it since.
   */
  OpenFile emptying(Opening opening) throws FsException {
    submissions.announce(file);
    try {
      OpenFile open = opening.open();
      changing(0);
      submissions.resized(file, 0);
      return open;
    } finally {
      submissions.announced(file);
    }
  }

  /** Reads the file's size. */
  @FunctionalInterface
  public interface Size {
    /** In bytes. */
    long get() throws FsException;
  }

  /**
   * Changes the file's attributes. A new size counts as a change of its content.
   *
   * @param size reads its present size
   * @param apply applies the changes
   */
  public void setAttributes(AttributeChanges changes, Size size, Step apply) throws FsException {
    Long newSize = changes.size();
    if (newSize == null || newSize < 0) {
      apply.run();
      return;
    }
    submissions.announce(file); // first, as in emptying
    try {
      boolean resizes = newSize != size.get();
      if (resizes) {
        changing(newSize);
      }
      apply.run();
      if (resizes) {
        submissions.resized(file, newSize);
      }
    } finally {
      submissions.announced(file);
    }
  }

  /**
   * The client has closed the file.
   *
   * @param end closes the inner file; if it throws, the exception is passed on and the content
   *     counts as lost
   */
  public void close(Step end) throws FsException {
    submissions.structure().readLock().lock();
    try {
      boolean lost = true;
      try {
        end.run();
        lost = spoiled;
      } finally {
        submissions.closed(file, changed, lost, synced);
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
      submissions.closed(file, changed, true, false);
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
