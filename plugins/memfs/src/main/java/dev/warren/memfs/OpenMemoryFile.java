package dev.warren.memfs;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/** An open file. */
final class OpenMemoryFile implements OpenFile {
  private final RegularFile file;
  private final OpenOptions options;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** The caller has counted this use with {@link RegularFile#opened()}. */
  OpenMemoryFile(RegularFile file, OpenOptions options) {
    this.file = file;
    this.options = options;
  }

  @Override
  public int read(ByteBuffer target, long offset) throws FsException {
    requireOpen();
    requireNotNegative(offset);
    requireReadable();
    return file.read(target, offset);
  }

  @Override
  public int write(ByteBuffer source, long offset) throws FsException {
    requireOpen();
    requireNotNegative(offset);
    requireWritable();
    return file.write(source, offset, options.append());
  }

  @Override
  public FileAttributes stat() throws FsException {
    requireOpen();
    return file.attributes();
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    requireOpen();
    if (changes.size() != null && !options.write()) {
      throw new FsException(Errno.EINVAL);
    }
    file.setAttributes(changes);
  }

  @Override
  public void sync(boolean dataOnly) throws FsException {
    requireOpen();
  }

  @Override
  public long copyTo(long offset, long count, OpenFile target, long targetOffset)
      throws FsException {
    requireOpen();
    requireReadable();
    if (target instanceof OpenMemoryFile other) {
      other.requireOpen();
      other.requireWritable();
      if (other.file == file && other.options.append()) {
        return OpenFile.super.copyTo(offset, count, target, file.attributes().size());
      }
      if (other.file == file && overlap(offset, targetOffset, count)) {
        throw new FsException(Errno.EINVAL);
      }
    }
    return OpenFile.super.copyTo(offset, count, target, targetOffset);
  }

  /** Whether the ranges overlap; the source range ends at the current end of the file. */
  private boolean overlap(long offset, long targetOffset, long count) {
    long present = Math.min(count, file.attributes().size() - offset);
    return present > 0 && Math.abs(targetOffset - offset) < present;
  }

  @Override
  public OpenFile nonBlocking() {
    return this;
  }

  @Override
  public boolean isCloseNonBlocking() {
    return !options.write();
  }

  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      file.closed();
    }
  }

  /** Like {@link #close()}: written content is kept. */
  @Override
  public void abort(FsException cause) {
    close();
  }

  private void requireOpen() throws FsException {
    if (closed.get() || file.volume().isClosed()) {
      throw new FsException(Errno.EBADF);
    }
  }

  private void requireReadable() throws FsException {
    if (!options.read()) {
      throw new FsException(Errno.EBADF);
    }
  }

  private void requireWritable() throws FsException {
    if (!options.write()) {
      throw new FsException(Errno.EBADF);
    }
  }

  private static void requireNotNegative(long offset) throws FsException {
    if (offset < 0) {
      throw new FsException(Errno.EINVAL);
    }
  }
}
