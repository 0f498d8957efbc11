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
final class MeteredFile extends Metered<OpenFile> implements OpenFile {
  /** As it was when the file was opened. */
  private final VfsPath path;

  private final @Nullable MeteredFile nonBlocking;

  @SuppressWarnings("ReferenceEquality") // whether it is the same view, not an equal one
  MeteredFile(OpenFile file, Meter meter, VfsPath path) {
    OpenFile quick = file.nonBlocking();
    boolean neverWaits = quick == file;
    super(file, neverWaits ? meter.forQuick() : meter);
    this.path = path;
    nonBlocking =
        neverWaits
            ? this
            : quick == null ? null : new MeteredFile(quick, meter.forQuick(), path, true);
  }

  private MeteredFile(OpenFile quick, Meter meter, VfsPath path, boolean neverWaits) {
    super(quick, meter);
    this.path = path;
    nonBlocking = neverWaits ? this : null;
  }

  @Override
  public int read(ByteBuffer buffer, long offset) throws FsException {
    int count = transfer(Operation.READ, path, OpenFile::read, buffer, offset);
    if (count > 0) {
      meter.read(count);
    }
    return count;
  }

  @Override
  public int write(ByteBuffer source, long offset) throws FsException {
    int count = transfer(Operation.WRITE, path, OpenFile::write, source, offset);
    meter.written(count);
    return count;
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
  public void truncate(long size) throws FsException {
    command(Operation.TRUNCATE, path, () -> target.truncate(size));
  }

  @Override
  public void sync(boolean dataOnly) throws FsException {
    command(Operation.FSYNC, path, () -> target.sync(dataOnly));
  }

  /** A plugin gets its own file to copy to, so that it can copy inside. */
  @Override
  public long copyTo(long offset, long count, OpenFile to, long toOffset) throws FsException {
    OpenFile inner = to instanceof MeteredFile other ? other.target : to;
    return ask(Operation.COPY, path, () -> target.copyTo(offset, count, inner, toOffset));
  }

  @Override
  public @Nullable OpenFile nonBlocking() {
    return nonBlocking;
  }

  @Override
  public boolean closesAtOnce() {
    return target.closesAtOnce();
  }

  @Override
  public void close() throws FsException {
    command(Operation.CLOSE, path, target::close);
  }

  @Override
  public void abort(FsException cause) {
    target.abort(cause);
  }
}
