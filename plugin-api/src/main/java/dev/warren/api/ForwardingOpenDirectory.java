package dev.warren.api;

import org.jspecify.annotations.Nullable;

/**
 * Forwards every operation to another open directory, as {@link ForwardingFileSystem} does.
 * Subclasses override single operations, or change all of them in one place with {@link #call}. The
 * variants that fill a buffer with attributes or pass names as bytes call {@link #stat()} and
 * {@link #read}, unless they are overridden as well.
 */
public abstract class ForwardingOpenDirectory extends Forwarding<OpenDirectory>
    implements OpenDirectory {
  /** Forwards to this open directory. */
  protected ForwardingOpenDirectory(OpenDirectory delegate) {
    super(delegate);
  }

  @Override
  final OpenDirectory self() {
    return this;
  }

  @Override
  final @Nullable OpenDirectory viewBehind() {
    return delegate().nonBlocking();
  }

  @Override
  public void read(long cookie, boolean attributes, Visitor visitor) throws FsException {
    command(Operation.READDIR, directory -> directory.read(cookie, attributes, visitor));
  }

  @Override
  public FileAttributes stat() throws FsException {
    return call(Operation.FSTAT, OpenDirectory::stat);
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    command(Operation.FSETATTR, directory -> directory.setAttributes(changes));
  }

  @Override
  public void sync() throws FsException {
    command(Operation.FSYNC, OpenDirectory::sync);
  }

  @Override
  public void close() {
    delegate().close();
  }
}
