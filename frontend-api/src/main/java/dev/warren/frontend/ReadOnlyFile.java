package dev.warren.frontend;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.Errno;
import dev.warren.api.ForwardingOpenFile;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;

/**
 * A file opened for reading through a view that forbids changes, including changes of attributes.
 * Writing fails with EBADF in the underlying file, which is not open for writing.
 */
final class ReadOnlyFile extends ForwardingOpenFile {
  private final Errno refusal;

  ReadOnlyFile(OpenFile file, Errno refusal) {
    super(file);
    this.refusal = refusal;
  }

  @Override
  protected ForwardingOpenFile over(OpenFile view) {
    return new ReadOnlyFile(view, refusal);
  }

  @Override
  public void stat(AttributesBuffer into) throws FsException {
    delegate().stat(into);
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    if (!changes.isEmpty()) {
      throw new FsException(refusal);
    }
  }

  @Override
  public void truncate(long size) throws FsException {
    throw new FsException(refusal);
  }
}
