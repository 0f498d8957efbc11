package dev.warren.api.frontend;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A file opened for reading through a view that forbids changes: of its attributes, too. */
final class ReadOnlyFile implements OpenFile {
  private final OpenFile file;
  private final Errno refusal;
  private final @Nullable OpenFile nonBlocking;

  ReadOnlyFile(OpenFile file, Errno refusal) {
    this.file = file;
    this.refusal = refusal;
    OpenFile quick = file.nonBlocking();
    nonBlocking = quick == null ? null : new ReadOnlyFile(refusal, quick);
  }

  private ReadOnlyFile(Errno refusal, OpenFile nonBlockingFile) {
    this.file = nonBlockingFile;
    this.refusal = refusal;
    this.nonBlocking = this;
  }

  @Override
  public int read(ByteBuffer target, long offset) throws FsException {
    return file.read(target, offset);
  }

  /** EBADF from below: the file is not open for writing. */
  @Override
  public int write(ByteBuffer source, long offset) throws FsException {
    return file.write(source, offset);
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
    if (!changes.isEmpty()) {
      throw new FsException(refusal);
    }
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
  public @Nullable OpenFile nonBlocking() {
    return nonBlocking;
  }

  @Override
  public boolean closesAtOnce() {
    return file.closesAtOnce();
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
