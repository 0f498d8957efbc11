package dev.warren.ninep.session;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.WouldBlockException;
import org.jspecify.annotations.Nullable;

/** An open regular file. */
public final class OpenedFile implements Opened {
  private final OpenFile file;
  private final @Nullable OpenFile quick;
  private final boolean writable;

  /**
   * Wraps a file.
   *
   * @param writable whether it was opened for writing
   */
  public OpenedFile(OpenFile file, boolean writable) {
    this.file = file;
    this.quick = file.nonBlocking();
    this.writable = writable;
  }

  /**
   * The file for reads, writes and stat.
   *
   * @throws WouldBlockException if the thread may not wait and everything may
   */
  public OpenFile on(boolean mayWait) throws WouldBlockException {
    if (mayWait) {
      return file;
    }
    if (quick == null) {
      throw WouldBlockException.INSTANCE;
    }
    return quick;
  }

  @Override
  public FileAttributes stat(boolean mayWait) throws FsException {
    return on(mayWait).stat();
  }

  @Override
  public void stat(AttributesBuffer into, boolean mayWait) throws FsException {
    on(mayWait).stat(into);
  }

  @Override
  public void setAttributes(AttributeChanges changes, boolean mayWait) throws FsException {
    waiting(mayWait).setAttributes(changes);
  }

  @Override
  public void sync(boolean dataOnly, boolean mayWait) throws FsException {
    waiting(mayWait).sync(dataOnly);
  }

  @Override
  public boolean writable() {
    return writable;
  }

  /** What that takes the file says now: it may have grown, or lost its name. */
  @Override
  public void close(boolean mayWait) throws FsException {
    if (!mayWait && (quick == null || !quick.closesAtOnce())) {
      throw WouldBlockException.INSTANCE;
    }
    on(mayWait).close();
  }

  @Override
  public void abort(FsException cause) {
    file.abort(cause);
  }

  /** For what a non-blocking view of a file does not promise to do at once. */
  private OpenFile waiting(boolean mayWait) throws WouldBlockException {
    if (!mayWait) {
      throw WouldBlockException.INSTANCE;
    }
    return file;
  }
}
