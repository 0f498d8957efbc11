package dev.warren.api;

import org.jspecify.annotations.Nullable;

/**
 * Hands every operation on to another open directory, as {@link ForwardingFileSystem} does. What
 * extends it changes some of them, or all at one place with {@link #call}. To fill a buffer with
 * attributes, it asks {@link #stat()}, and {@link #read} for names, unless those are overridden,
 * too.
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
