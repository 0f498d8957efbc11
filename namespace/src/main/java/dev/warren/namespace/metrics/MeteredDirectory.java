package dev.warren.namespace.metrics;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.VfsPath;
import org.jspecify.annotations.Nullable;

/** An open directory whose listing is counted, with what becomes of the entries. */
final class MeteredDirectory extends Metered<OpenDirectory> implements OpenDirectory {
  private final VfsPath path;
  private final @Nullable MeteredDirectory nonBlocking;

  @SuppressWarnings("ReferenceEquality") // whether it is the same view, not an equal one
  MeteredDirectory(OpenDirectory directory, Meter meter, VfsPath path) {
    OpenDirectory quick = directory.nonBlocking();
    boolean neverWaits = quick == directory;
    super(directory, neverWaits ? meter.forQuick() : meter);
    this.path = path;
    nonBlocking =
        neverWaits
            ? this
            : quick == null ? null : new MeteredDirectory(quick, meter.forQuick(), path, true);
  }

  private MeteredDirectory(OpenDirectory quick, Meter meter, VfsPath path, boolean neverWaits) {
    super(quick, meter);
    this.path = path;
    nonBlocking = neverWaits ? this : null;
  }

  @Override
  public void read(long cookie, boolean attributes, Visitor visitor) throws FsException {
    command(Operation.READDIR, path, () -> target.read(cookie, attributes, visitor));
  }

  @Override
  public void readNames(long cookie, BytesVisitor visitor) throws FsException {
    command(Operation.READDIR, path, () -> target.readNames(cookie, visitor));
  }

  @Override
  public FileAttributes stat() throws FsException {
    return ask(Operation.FSTAT, path, target::stat);
  }

  @Override
  public void stat(AttributesBuffer into) throws FsException {
    count(
        Operation.FSTAT,
        path,
        (opened, _, buffer) -> {
          opened.stat(buffer);
          return buffer;
        },
        into);
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    command(Operation.FSETATTR, path, () -> target.setAttributes(changes));
  }

  @Override
  public void sync() throws FsException {
    command(Operation.FSYNC, path, target::sync);
  }

  @Override
  public @Nullable OpenDirectory nonBlocking() {
    return nonBlocking;
  }

  @Override
  public void close() {
    target.close();
  }
}
