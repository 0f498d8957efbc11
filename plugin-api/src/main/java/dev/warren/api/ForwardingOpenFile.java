package dev.warren.api;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Forwards every operation to another open file, as {@link ForwardingFileSystem} does. Subclasses
 * override single operations, or change all of them in one place with {@link #call}. The variant
 * that fills a buffer with attributes calls {@link #stat()}, unless it is overridden as well.
 */
public abstract class ForwardingOpenFile extends Forwarding<OpenFile> implements OpenFile {
  /** Forwards to this open file. */
  protected ForwardingOpenFile(OpenFile delegate) {
    super(delegate);
  }

  @Override
  final OpenFile self() {
    return this;
  }

  @Override
  final @Nullable OpenFile viewBehind() {
    return delegate().nonBlocking();
  }

  @Override
  public int read(ByteBuffer target, long offset) throws FsException {
    return call(Operation.READ, file -> file.read(target, offset));
  }

  @Override
  public int write(ByteBuffer source, long offset) throws FsException {
    return call(Operation.WRITE, file -> file.write(source, offset));
  }

  @Override
  public FileAttributes stat() throws FsException {
    return call(Operation.FSTAT, OpenFile::stat);
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    command(Operation.FSETATTR, file -> file.setAttributes(changes));
  }

  @Override
  public void truncate(long size) throws FsException {
    command(Operation.TRUNCATE, file -> file.truncate(size));
  }

  @Override
  public void sync(boolean dataOnly) throws FsException {
    command(Operation.FSYNC, file -> file.sync(dataOnly));
  }

  /**
   * If the target is a wrapper of the same kind, the delegate receives the target's delegate, so
   * that it can copy within its file system.
   */
  @Override
  public long copyTo(long offset, long count, OpenFile target, long targetOffset)
      throws FsException {
    OpenFile inner = target instanceof ForwardingOpenFile other ? behind(other) : target;
    return call(Operation.COPY, file -> file.copyTo(offset, count, inner, targetOffset));
  }

  /**
   * Returns the target of a copy to another wrapped file: the file's delegate, or the file itself.
   */
  protected OpenFile behind(ForwardingOpenFile target) {
    return target.getClass() == getClass() ? target.delegate() : target;
  }

  @Override
  public boolean isCloseNonBlocking() {
    return delegate().isCloseNonBlocking();
  }

  @Override
  public void close() throws FsException {
    command(Operation.CLOSE, OpenFile::close);
  }

  @Override
  public void abort(FsException cause) {
    delegate().abort(cause);
  }
}
