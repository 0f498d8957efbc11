package dev.warren.gptfs.tree;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.gptfs.submission.Writer;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A file of the inbox that is open for writing. */
final class InboxHandle implements OpenFile {
  private final OpenFile file;
  private final Writer writer;
  private final boolean append;
  private final Consumer<InboxHandle> whenOver;
  private final AtomicBoolean over = new AtomicBoolean();

  InboxHandle(OpenFile file, Writer writer, boolean append, Consumer<InboxHandle> whenOver) {
    this.file = file;
    this.writer = writer;
    this.append = append;
    this.whenOver = whenOver;
  }

  @Override
  public int read(ByteBuffer target, long offset) throws FsException {
    return file.read(target, offset);
  }

  @Override
  public int write(ByteBuffer source, long offset) throws FsException {
    requireOpen();
    try {
      return change(source, offset);
    } catch (FsException e) {
      writer.spoil();
      throw e;
    }
  }

  private int change(ByteBuffer source, long offset) throws FsException {
    if (source.hasRemaining() && offset >= 0) {
      long start = append ? file.stat().size() : offset;
      if (start > Long.MAX_VALUE - source.remaining()) {
        throw new FsException(Errno.EFBIG);
      }
      writer.changing(start + source.remaining());
    }
    return file.write(source, offset);
  }

  @Override
  public FileAttributes stat() throws FsException {
    return file.stat();
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    requireOpen();
    writer.setAttributes(changes, () -> file.stat().size(), () -> file.setAttributes(changes));
  }

  @Override
  public void sync(boolean dataOnly) throws FsException {
    file.sync(dataOnly);
    writer.synced();
  }

  @Override
  public long copyTo(long offset, long count, OpenFile target, long targetOffset)
      throws FsException {
    requireOpen();
    if (target instanceof InboxHandle other && !other.append && offset >= 0 && targetOffset >= 0) {
      other.requireOpen();
      long copied = Math.min(count, Math.max(0, file.stat().size() - offset));
      if (copied > 0) {
        other.writer.changing(targetOffset + copied);
      }
      return file.copyTo(offset, count, other.file, targetOffset);
    }
    return OpenFile.super.copyTo(offset, count, target, targetOffset);
  }

  @Override
  public void close() throws FsException {
    if (!over.getAndSet(true)) {
      whenOver.accept(this);
      writer.close(file::close);
    }
  }

  @Override
  public void abort(FsException cause) {
    if (!over.getAndSet(true)) {
      whenOver.accept(this);
      writer.abort(() -> file.abort(cause), cause);
    }
  }

  private void requireOpen() throws FsException {
    if (over.get()) {
      throw new FsException(Errno.EBADF);
    }
  }
}
