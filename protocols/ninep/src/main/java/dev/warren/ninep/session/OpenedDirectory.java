package dev.warren.ninep.session;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.WouldBlockException;
import dev.warren.frontend.NonBlockingFirst;

/** An open directory. */
public final class OpenedDirectory implements Opened {
  private final NonBlockingFirst<OpenDirectory> directory;
  private boolean listed;

  /** Wraps a directory. */
  public OpenedDirectory(OpenDirectory directory) {
    this.directory = NonBlockingFirst.of(directory);
  }

  /**
   * The directory, for listing, stat and close.
   *
   * @param mayBlock whether the thread may block
   * @throws WouldBlockException if the thread may not block and the directory has no non-blocking
   *     view
   */
  public OpenDirectory on(boolean mayBlock) throws WouldBlockException {
    return directory.on(mayBlock);
  }

  /** Records that the directory is being listed, which uses memory until it is closed. */
  void setListed() {
    listed = true;
  }

  boolean isListed() {
    return listed;
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
    waiting(mayBlock).sync();
  }

  @Override
  public boolean writable() {
    return false;
  }

  @Override
  public void close(boolean mayBlock) throws FsException {
    on(mayBlock).close();
  }

  @Override
  public void abort(FsException cause) {
    directory.target().close();
  }

  private OpenDirectory waiting(boolean mayBlock) throws WouldBlockException {
    if (!mayBlock) {
      throw WouldBlockException.INSTANCE;
    }
    return directory.target();
  }
}
