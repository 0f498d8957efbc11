package dev.warren.api;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Hands every operation on to another open file, as {@link ForwardingFileSystem} does. What extends
 * it changes some of them, or all at one place with {@link #call}. To fill a buffer with
 * attributes, it asks {@link #stat()}, unless that is overridden, too.
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

  /** The file behind gets the one behind the target, so that it can copy inside. */
  @Override
  public long copyTo(long offset, long count, OpenFile target, long targetOffset)
      throws FsException {
    OpenFile inner = target instanceof ForwardingOpenFile other ? behind(other) : target;
    return call(Operation.COPY, file -> file.copyTo(offset, count, inner, targetOffset));
  }

  /** What a copy to another wrapped file goes to: what is behind it, or itself. */
  protected OpenFile behind(ForwardingOpenFile target) {
    return target.getClass() == getClass() ? target.delegate() : target;
  }

  @Override
  public boolean closesAtOnce() {
    return delegate().closesAtOnce();
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
