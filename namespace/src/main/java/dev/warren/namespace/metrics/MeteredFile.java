package dev.warren.namespace.metrics;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.VfsPath;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** An open file whose operations are counted. */
final class MeteredFile implements OpenFile {
  private final OpenFile file;
  private final Meter meter;

  /** As it was when the file was opened. */
  private final VfsPath path;

  private final @Nullable MeteredFile nonBlocking;

  @SuppressWarnings("ReferenceEquality") // whether it is the same view, not an equal one
  MeteredFile(OpenFile file, Meter meter, VfsPath path) {
    this.file = file;
    this.path = path;
    OpenFile quick = file.nonBlocking();
    boolean neverWaits = quick == file;
    this.meter = neverWaits ? meter.forQuick() : meter;
    nonBlocking =
        neverWaits
            ? this
            : quick == null ? null : new MeteredFile(quick, meter.forQuick(), path, true);
  }

  private MeteredFile(OpenFile quick, Meter meter, VfsPath path, boolean neverWaits) {
    this.file = quick;
    this.meter = meter;
    this.path = path;
    nonBlocking = neverWaits ? this : null;
  }

  @Override
  public int read(ByteBuffer target, long offset) throws FsException {
    long start = meter.start();
    try {
      int count = file.read(target, offset);
      meter.done(Operation.READ, start, path);
      if (count > 0) {
        meter.read(count);
      }
      return count;
    } catch (Throwable t) {
      meter.failed(Operation.READ, start, path, t);
      throw t;
    }
  }

  @Override
  public int write(ByteBuffer source, long offset) throws FsException {
    long start = meter.start();
    try {
      int count = file.write(source, offset);
      meter.done(Operation.WRITE, start, path);
      meter.written(count);
      return count;
    } catch (Throwable t) {
      meter.failed(Operation.WRITE, start, path, t);
      throw t;
    }
  }

  @Override
  public FileAttributes stat() throws FsException {
    long start = meter.start();
    try {
      FileAttributes result = file.stat();
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
      file.stat(into);
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
      file.setAttributes(changes);
      meter.done(Operation.FSETATTR, start, path);
    } catch (Throwable t) {
      meter.failed(Operation.FSETATTR, start, path, t);
      throw t;
    }
  }

  @Override
  public void truncate(long size) throws FsException {
    long start = meter.start();
    try {
      file.truncate(size);
      meter.done(Operation.TRUNCATE, start, path);
    } catch (Throwable t) {
      meter.failed(Operation.TRUNCATE, start, path, t);
      throw t;
    }
  }

  @Override
  public void sync(boolean dataOnly) throws FsException {
    long start = meter.start();
    try {
      file.sync(dataOnly);
      meter.done(Operation.FSYNC, start, path);
    } catch (Throwable t) {
      meter.failed(Operation.FSYNC, start, path, t);
      throw t;
    }
  }

  /** A plugin gets its own file as the target, so that it can copy inside. */
  @Override
  public long copyTo(long offset, long count, OpenFile target, long targetOffset)
      throws FsException {
    OpenFile inner = target instanceof MeteredFile other ? other.file : target;
    long start = meter.start();
    try {
      long copied = file.copyTo(offset, count, inner, targetOffset);
      meter.done(Operation.COPY, start, path);
      return copied;
    } catch (Throwable t) {
      meter.failed(Operation.COPY, start, path, t);
      throw t;
    }
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
    long start = meter.start();
    try {
      file.close();
      meter.done(Operation.CLOSE, start, path);
    } catch (Throwable t) {
      meter.failed(Operation.CLOSE, start, path, t);
      throw t;
    }
  }

  @Override
  public void abort(FsException cause) {
    file.abort(cause);
  }
}
