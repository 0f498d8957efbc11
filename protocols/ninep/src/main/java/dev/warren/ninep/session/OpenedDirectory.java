package dev.warren.ninep.session;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.WouldBlockException;
import dev.warren.frontend.AtOnce;

/** An open directory. */
public final class OpenedDirectory implements Opened {
  private final AtOnce<OpenDirectory> directory;
  private boolean listed;

  /** Wraps a directory. */
  public OpenedDirectory(OpenDirectory directory) {
    this.directory = AtOnce.of(directory);
  }

  /**
   * The directory, for listing, stat and close.
   *
   * @param mayWait whether the thread may block
   * @throws WouldBlockException if the thread may not block and the directory has no non-blocking
   *     view
   */
  public OpenDirectory on(boolean mayWait) throws WouldBlockException {
    return directory.on(mayWait);
  }

  /** Records that the directory is being listed, which uses memory until it is closed. */
  void setListed() {
    listed = true;
  }

  boolean isListed() {
    return listed;
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
    waiting(mayWait).sync();
  }

  @Override
  public boolean writable() {
    return false;
  }

  @Override
  public void close(boolean mayWait) throws FsException {
    on(mayWait).close();
  }

  @Override
  public void abort(FsException cause) {
    directory.target().close();
  }

  private OpenDirectory waiting(boolean mayWait) throws WouldBlockException {
    if (!mayWait) {
      throw WouldBlockException.INSTANCE;
    }
    return directory.target();
  }
}
