package dev.warren.ninep.session;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.WouldBlockException;
import dev.warren.frontend.AtOnce;

/** An open regular file. */
public final class OpenedFile implements Opened {
  private final AtOnce<OpenFile> file;
  private final boolean writable;

  /**
   * Wraps a file.
   *
   * @param writable whether it was opened for writing
   */
  public OpenedFile(OpenFile file, boolean writable) {
    this.file = AtOnce.of(file);
    this.writable = writable;
  }

  /**
   * The file, for reads, writes and stat.
   *
   * @param mayWait whether the thread may block
   * @throws WouldBlockException if the thread may not block and the file has no non-blocking view
   */
  public OpenFile on(boolean mayWait) throws WouldBlockException {
    return file.on(mayWait);
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

  /** Checks each time whether closing blocks: that changes when the file grows or is unlinked. */
  @Override
  public void close(boolean mayWait) throws FsException {
    OpenFile closing = on(mayWait);
    if (!mayWait && !closing.closesAtOnce()) {
      throw WouldBlockException.INSTANCE;
    }
    closing.close();
  }

  @Override
  public void abort(FsException cause) {
    file.target().abort(cause);
  }

  /** The file, for calls that its non-blocking view does not offer. */
  private OpenFile waiting(boolean mayWait) throws WouldBlockException {
    if (!mayWait) {
      throw WouldBlockException.INSTANCE;
    }
    return file.target();
  }
}
