package dev.warren.ninep.session;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.WouldBlockException;
import dev.warren.frontend.NonBlockingFirst;

/** An open regular file. */
public final class OpenedFile implements Opened {
  private final NonBlockingFirst<OpenFile> file;
  private final boolean writable;

  /**
   * Wraps a file.
   *
   * @param writable whether it was opened for writing
   */
  public OpenedFile(OpenFile file, boolean writable) {
    this.file = NonBlockingFirst.of(file);
    this.writable = writable;
  }

  /**
   * The file, for reads, writes and stat.
   *
   * @param mayBlock whether the thread may block
   * @throws WouldBlockException if the thread may not block and the file has no non-blocking view
   */
  public OpenFile on(boolean mayBlock) throws WouldBlockException {
    return file.on(mayBlock);
  }

  @Override
  public FileAttributes stat(boolean mayBlock) throws FsException {
    return on(mayBlock).stat();
  }

  @Override
  public void stat(AttributesBuffer into, boolean mayBlock) throws FsException {
    on(mayBlock).stat(into);
  }

  @Override
  public void setAttributes(AttributeChanges changes, boolean mayBlock) throws FsException {
    waiting(mayBlock).setAttributes(changes);
  }

  @Override
  public void sync(boolean dataOnly, boolean mayBlock) throws FsException {
    waiting(mayBlock).sync(dataOnly);
  }

  @Override
  public boolean writable() {
    return writable;
  }

  /** Checks each time whether closing blocks: that changes when the file grows or is unlinked. */
  @Override
  public void close(boolean mayBlock) throws FsException {
    OpenFile closing = on(mayBlock);
    if (!mayBlock && !closing.isCloseNonBlocking()) {
      throw WouldBlockException.INSTANCE;
    }
    closing.close();
  }

  @Override
  public void abort(FsException cause) {
    file.target().abort(cause);
  }

  /** The file, for calls that its non-blocking view does not offer. */
  private OpenFile waiting(boolean mayBlock) throws WouldBlockException {
    if (!mayBlock) {
      throw WouldBlockException.INSTANCE;
    }
    return file.target();
  }
}
