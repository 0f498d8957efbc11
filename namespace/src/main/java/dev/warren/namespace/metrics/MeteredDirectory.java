package dev.warren.namespace.metrics;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.VfsPath;
import org.jspecify.annotations.Nullable;

/** An open directory whose listing is counted, with what becomes of the entries. */
final class MeteredDirectory implements OpenDirectory {
  private final OpenDirectory directory;
  private final Meter meter;
  private final VfsPath path;
  private final @Nullable MeteredDirectory nonBlocking;

  @SuppressWarnings("ReferenceEquality") // whether it is the same view, not an equal one
  MeteredDirectory(OpenDirectory directory, Meter meter, VfsPath path) {
    this.directory = directory;
    this.path = path;
    OpenDirectory quick = directory.nonBlocking();
    boolean neverWaits = quick == directory;
    this.meter = neverWaits ? meter.forQuick() : meter;
    nonBlocking =
        neverWaits
            ? this
            : quick == null ? null : new MeteredDirectory(quick, meter.forQuick(), path, true);
  }

  private MeteredDirectory(OpenDirectory quick, Meter meter, VfsPath path, boolean neverWaits) {
    this.directory = quick;
    this.meter = meter;
    this.path = path;
    nonBlocking = neverWaits ? this : null;
  }

  @Override
  public void read(long cookie, boolean attributes, Visitor visitor) throws FsException {
    long start = meter.start();
    try {
      directory.read(cookie, attributes, visitor);
      meter.done(Operation.READDIR, start, path);
    } catch (Throwable t) {
      meter.failed(Operation.READDIR, start, path, t);
      throw t;
    }
  }

  @Override
  public void readNames(long cookie, BytesVisitor visitor) throws FsException {
    long start = meter.start();
    try {
      directory.readNames(cookie, visitor);
      meter.done(Operation.READDIR, start, path);
    } catch (Throwable t) {
      meter.failed(Operation.READDIR, start, path, t);
      throw t;
    }
  }

  @Override
  public FileAttributes stat() throws FsException {
    long start = meter.start();
    try {
      FileAttributes result = directory.stat();
      meter.done(Operation.FSTAT, start, path);
      return result;
    } catch (Throwable t) {
      meter.failed(Operation.FSTAT, start, path, t);
      throw t;
    }
  }

  @Override
  public void stat(AttributesBuffer into) throws FsException {
    long start = meter.start();
    try {
      directory.stat(into);
      meter.done(Operation.FSTAT, start, path);
    } catch (Throwable t) {
      meter.failed(Operation.FSTAT, start, path, t);
      throw t;
    }
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    long start = meter.start();
    try {
      directory.setAttributes(changes);
      meter.done(Operation.FSETATTR, start, path);
    } catch (Throwable t) {
      meter.failed(Operation.FSETATTR, start, path, t);
      throw t;
    }
  }

  @Override
  public void sync() throws FsException {
    long start = meter.start();
    try {
      directory.sync();
      meter.done(Operation.FSYNC, start, path);
    } catch (Throwable t) {
      meter.failed(Operation.FSYNC, start, path, t);
      throw t;
    }
  }

  @Override
  public @Nullable OpenDirectory nonBlocking() {
    return nonBlocking;
  }

  @Override
  public void close() {
    directory.close();
  }
}
