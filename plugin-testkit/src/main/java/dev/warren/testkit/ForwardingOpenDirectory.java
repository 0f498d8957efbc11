package dev.warren.testkit;

import dev.warren.api.AttributeChanges;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;

/** Hands every operation on to another open directory; what extends it changes a few. */
public class ForwardingOpenDirectory implements OpenDirectory {
  private final OpenDirectory delegate;

  /** Forwards to this open directory. */
  protected ForwardingOpenDirectory(OpenDirectory delegate) {
    this.delegate = delegate;
  }

  /** The open directory behind this one. */
  protected OpenDirectory delegate() {
    return delegate;
  }

  @Override
  public void read(long cookie, boolean attributes, Visitor visitor) throws FsException {
    delegate.read(cookie, attributes, visitor);
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
  public void sync() throws FsException {
    delegate.sync();
  }

  @Override
  public void close() {
    delegate.close();
  }
}
