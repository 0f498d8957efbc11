package dev.warren.api.synthetic;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An open file. */
final class OpenSyntheticFile implements OpenFile {
  private final FileAttributes attributes;
  private final @Nullable Reading reading;
  private final @Nullable Writing writing;
  private final boolean append;
  private final boolean waits;
  private final Charge charge;
  private final Consumer<OpenSyntheticFile> onClose;
  private final AtomicBoolean closed = new AtomicBoolean();

  OpenSyntheticFile(
      FileAttributes attributes,
      @Nullable Reading reading,
      @Nullable Writing writing,
      boolean append,
      boolean waits,
      Charge charge,
      Consumer<OpenSyntheticFile> onClose) {
    this.attributes = attributes;
    this.reading = reading;
    this.writing = writing;
    this.append = append;
    this.waits = waits;
    this.charge = charge;
    this.onClose = onClose;
  }

  @Override
  public int read(ByteBuffer target, long offset) throws FsException {
    requireOpen();
    requireNotNegative(offset);
    if (reading == null) {
      throw new FsException(Errno.EBADF);
    }
    return reading.read(target, offset);
  }

  @Override
  public int write(ByteBuffer source, long offset) throws FsException {
    requireOpen();
    requireNotNegative(offset);
    if (writing == null) {
      throw new FsException(Errno.EBADF);
    }
    return writing.write(source, offset, append);
  }

  @Override
  public FileAttributes stat() throws FsException {
    requireOpen();
    return reading == null
        ? attributes
        : attributes.toBuilder().size(reading.size(attributes.size())).build();
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    requireOpen();
    Refusals.checkChanges(changes, writing != null, Errno.EINVAL);
    if (changes.size() != null && writing != null) {
      writing.truncate(changes.size());
    }
  }

  @Override
  public void sync(boolean dataOnly) throws FsException {
    requireOpen();
  }

  @Override
  public @Nullable OpenFile nonBlocking() {
    return waits ? null : this;
  }

  @Override
  public boolean isCloseNonBlocking() {
    return writing == null && (reading == null || reading.isCloseNonBlocking());
  }

  @Override
  public void close() throws FsException {
    if (closed.getAndSet(true)) {
      return;
    }
    try {
      endReading(true);
    } finally {
      commit();
    }
  }

  @Override
  public void abort(FsException cause) {
    if (closed.getAndSet(true)) {
      return;
    }
    try {
      endReading(false);
    } catch (FsException e) {
      cause.addSuppressed(e);
    } finally {
      charge.end();
    }
  }

  private void commit() throws FsException {
    try {
      if (writing != null) {
        writing.commit();
      }
    } finally {
      charge.end();
    }
  }

  private void endReading(boolean finished) throws FsException {
    onClose.accept(this);
    if (reading != null) {
      reading.close(finished);
    }
  }

  private void requireOpen() throws FsException {
    if (closed.get()) {
      throw new FsException(Errno.EBADF);
    }
  }

  private static void requireNotNegative(long offset) throws FsException {
    if (offset < 0) {
      throw new FsException(Errno.EINVAL);
    }
  }
}
