package dev.warren.sqlfs.data;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.sqlfs.inode.InodeRow;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/** An open regular file. */
public final class OpenSqlFile implements OpenFile {
  private final LiveFiles files;
  private final LiveFile file;
  private final OpenOptions options;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean wrote;

  private OpenSqlFile(LiveFiles files, LiveFile file, OpenOptions options) {
    this.files = files;
    this.file = file;
    this.options = options;
  }

  /**
   * Opens a file that the caller holds; it is released at {@link #close}, or if opening fails.
   *
   * @param created whether the file was created for this
   */
  public static OpenSqlFile open(
      LiveFiles files, InodeRow row, OpenOptions options, boolean created) throws FsException {
    OpenSqlFile open = new OpenSqlFile(files, files.open(row), options);
    try {
      if (created) {
        open.file.created(open);
      } else {
        open.file.opened();
        if (options.truncate()) {
          open.wrote();
          open.file.replaced(open, open::requireOpen);
        }
      }
      return open;
    } catch (FsException e) {
      open.closed.set(true);
      files.close(open.file);
      throw e;
    }
  }

  private void wrote() throws FsException {
    if (!wrote) {
      wrote = true;
      file.shared(this);
    }
  }

  @Override
  public int read(ByteBuffer target, long offset) throws FsException {
    requireOpen();
    requireNotNegative(offset);
    require(options.read());
    return file.read(target, offset);
  }

  @Override
  public int write(ByteBuffer source, long offset) throws FsException {
    requireOpen();
    requireNotNegative(offset);
    require(options.write());
    if (source.hasRemaining()) {
      wrote();
    }
    int count = file.write(source, offset, options.append(), this::requireOpen);
    if (options.sync()) {
      file.sync();
    }
    return count;
  }

  @Override
  public FileAttributes stat() throws FsException {
    requireOpen();
    InodeRow row = files.row(file.id());
    if (row == null) {
      throw new FsException(Errno.ESTALE);
    }
    return row.attributes(files.chunkSize());
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    requireOpen();
    if (changes.size() != null) {
      if (!options.write()) {
        throw new FsException(Errno.EINVAL);
      }
      boolean first = !wrote;
      wrote();
      if (first && changes.size() == 0) {
        // Over 9P, Linux sends an open with O_TRUNC as two requests; this is the second.
        file.replaced(this, this::requireOpen);
      }
    }
    file.setAttributes(changes, this::requireOpen);
  }

  @Override
  public void sync(boolean dataOnly) throws FsException {
    requireOpen();
    file.sync();
  }

  @Override
  public long copyTo(long offset, long count, OpenFile target, long targetOffset)
      throws FsException {
    requireOpen();
    require(options.read());
    if (target instanceof OpenSqlFile other) {
      other.requireOpen();
      other.require(other.options.write());
      if (other.file.equals(file) && other.options.append()) {
        return OpenFile.super.copyTo(offset, count, target, stat().size());
      }
      if (other.file.equals(file) && overlap(offset, targetOffset, count)) {
        throw new FsException(Errno.EINVAL);
      }
    }
    return OpenFile.super.copyTo(offset, count, target, targetOffset);
  }

  /**
   * Whether the ranges overlap; the first one ends at the current end of the file at the latest.
   */
  private boolean overlap(long offset, long targetOffset, long count) throws FsException {
    long present = Math.min(count, stat().size() - offset);
    return present > 0 && Math.abs(targetOffset - offset) < present;
  }

  @Override
  public void close() throws FsException {
    if (!closed.getAndSet(true)) {
      try {
        if (!files.isClosed()) {
          file.closed(this, wrote);
        }
      } finally {
        files.close(file);
      }
    }
  }

  @Override
  public void abort(FsException cause) {
    if (!closed.getAndSet(true)) {
      try {
        if (!files.isClosed()) {
          file.aborted(this, wrote);
        }
      } catch (FsException e) {
        cause.addSuppressed(e);
      } finally {
        files.close(file);
      }
    }
  }

  private void requireOpen() throws FsException {
    if (closed.get() || files.isClosed()) {
      throw new FsException(Errno.EBADF);
    }
  }

  private void require(boolean allowed) throws FsException {
    if (!allowed) {
      throw new FsException(Errno.EBADF);
    }
  }

  private static void requireNotNegative(long offset) throws FsException {
    if (offset < 0) {
      throw new FsException(Errno.EINVAL);
    }
  }
}
