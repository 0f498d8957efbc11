package dev.warren.testkit;

import dev.warren.api.AttributeChanges;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import java.nio.ByteBuffer;

/** Hands every operation on to another open file; what extends it changes a few. */
public class ForwardingOpenFile implements OpenFile {
  private final OpenFile delegate;

  /** Forwards to this open file. */
  protected ForwardingOpenFile(OpenFile delegate) {
    this.delegate = delegate;
  }

  /** The open file behind this one. */
  protected OpenFile delegate() {
    return delegate;
  }

  @Override
  public int read(ByteBuffer target, long offset) throws FsException {
    return delegate.read(target, offset);
  }

  @Override
  public int write(ByteBuffer source, long offset) throws FsException {
    return delegate.write(source, offset);
  }

  @Override
  public FileAttributes stat() throws FsException {
    return delegate.stat();
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    delegate.setAttributes(changes);
  }

  @Override
  public void truncate(long size) throws FsException {
    delegate.truncate(size);
  }

  @Override
  public void sync(boolean dataOnly) throws FsException {
    delegate.sync(dataOnly);
  }

  /** Copies inside the file system behind where the target is wrapped too. */
  @Override
  public long copyTo(long offset, long count, OpenFile target, long targetOffset)
      throws FsException {
    OpenFile inner = target;
    while (inner instanceof ForwardingOpenFile wrapper) {
      inner = wrapper.delegate();
    }
    return delegate.copyTo(offset, count, inner, targetOffset);
  }

  @Override
  public boolean closesAtOnce() {
    return delegate.closesAtOnce();
  }

  @Override
  public void close() throws FsException {
    delegate.close();
  }

  @Override
  public void abort(FsException cause) {
    delegate.abort(cause);
  }
}
