package dev.warren.api.synthetic;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** An open file with stored content. */
final class OpenStoredFile implements OpenFile {
  private final FileAttributes attributes;
  private final StoredSide side;
  private final LiveContent content;
  private final OpenOptions options;
  private final boolean nonBlocking;
  private final Instance instance;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean wrote;

  private OpenStoredFile(
      FileAttributes attributes,
      StoredSide side,
      LiveContent content,
      OpenOptions options,
      boolean nonBlocking,
      Instance instance) {
    this.attributes = attributes;
    this.side = side;
    this.content = content;
    this.options = options;
    this.nonBlocking = nonBlocking;
    this.instance = instance;
    this.wrote = options.truncate();
  }

  /**
   * Opens a file.
   *
   * @param attributes all but size and times
   */
  static OpenStoredFile open(
      FileAttributes attributes,
      StoredSide side,
      OpenOptions options,
      boolean nonBlocking,
      Instance instance)
      throws FsException {
    LiveContent content = instance.live().acquire(side.content(), instance.charge());
    try {
      if (options.truncate()) {
        content.empty();
      } else {
        content.load();
      }
    } catch (FsException | RuntimeException | Error e) {
      instance.live().release(side.content());
      throw e;
    }
    return new OpenStoredFile(attributes, side, content, options, nonBlocking, instance);
  }

  @Override
  public int read(ByteBuffer target, long offset) throws FsException {
    requireUse(options.read(), offset);
    return content.read(target, offset);
  }

  @Override
  public int write(ByteBuffer source, long offset) throws FsException {
    requireUse(options.write(), offset);
    wrote = true; // set before the write, so that a concurrent close stores the content
    int count = content.write(source, offset, options.append(), side.maxBytes());
    storeIfSync();
    return count;
  }

  private void storeIfSync() throws FsException {
    if (options.sync()) {
      content.store();
    }
  }

  @Override
  public FileAttributes stat() throws FsException {
    requireOpen();
    return attributes.toBuilder().size(content.size()).times(content.modified()).build();
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    requireOpen();
    Refusals.checkStoredChanges(changes, options.write());
    if (changes.isEmpty()) {
      return;
    }
    wrote = true;
    if (changes.size() != null) {
      content.truncate(changes.size(), side.maxBytes());
    } else {
      content.touch();
    }
    storeIfSync();
  }

  @Override
  public void sync(boolean dataOnly) throws FsException {
    requireOpen();
    content.store();
  }

  /** With O_SYNC, each write is stored by the plugin, which may block. */
  @Override
  public @Nullable OpenFile nonBlocking() {
    return nonBlocking || !options.sync() ? this : null;
  }

  @Override
  public boolean isCloseNonBlocking() {
    return nonBlocking || !content.isChanged();
  }

  @Override
  public void close() throws FsException {
    if (closed.getAndSet(true)) {
      return;
    }
    try {
      // Changes of other users are stored when those users close the file; if that failed, the last
      // user to close the file stores them.
      if (wrote || instance.live().isLast(side.content())) {
        content.store();
      }
    } finally {
      instance.live().release(side.content());
      instance.forget(this);
    }
  }

  private void requireUse(boolean allowed, long offset) throws FsException {
    requireOpen();
    if (offset < 0) {
      throw new FsException(Errno.EINVAL);
    }
    if (!allowed) {
      throw new FsException(Errno.EBADF);
    }
  }

  private void requireOpen() throws FsException {
    if (closed.get()) {
      throw new FsException(Errno.EBADF);
    }
  }
}
