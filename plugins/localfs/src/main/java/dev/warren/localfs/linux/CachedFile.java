package dev.warren.localfs.linux;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.WouldBlockException;
import java.nio.ByteBuffer;

/**
 * The non-blocking view of a file on a disk: reads are served only from the page cache
 * (RWF_NOWAIT). Writes may always block: even with RWF_NOWAIT, pwritev2(2) waits for a file system
 * that is frozen.
 */
final class CachedFile implements OpenFile {
  private final LinuxFile file;

  // Set by the first call, so that later ones need not try again. The data race is harmless: all
  // threads would store the same value.
  private volatile boolean cannotRead;

  CachedFile(LinuxFile file) {
    this.file = file;
  }

  LinuxFile file() {
    return file;
  }

  @Override
  public int read(ByteBuffer target, long offset) throws FsException {
    if (!cannotRead) {
      long n = file.readCached(target, offset);
      if (n >= 0) {
        return (int) n;
      }
      cannotRead = true;
    }
    throw WouldBlockException.INSTANCE;
  }

  @Override
  public int write(ByteBuffer source, long offset) throws FsException {
    file.requireOpen();
    throw WouldBlockException.INSTANCE;
  }

  @Override
  public FileAttributes stat() throws FsException {
    return file.stat();
  }

  @Override
  public void stat(AttributesBuffer into) throws FsException {
    file.stat(into);
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    file.setAttributes(changes);
  }

  @Override
  public void sync(boolean dataOnly) throws FsException {
    file.sync(dataOnly);
  }

  @Override
  public long copyTo(long offset, long count, OpenFile target, long targetOffset)
      throws FsException {
    return file.copyTo(offset, count, target, targetOffset);
  }

  @Override
  public OpenFile nonBlocking() {
    return this;
  }

  @Override
  public boolean isCloseNonBlocking() {
    return file.isCloseNonBlocking();
  }

  @Override
  public void close() throws FsException {
    file.close();
  }

  @Override
  public void abort(FsException cause) {
    file.abort(cause);
  }
}
