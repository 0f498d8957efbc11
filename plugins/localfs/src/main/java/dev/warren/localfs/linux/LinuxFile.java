package dev.warren.localfs.linux;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An open regular file. Reads and writes have the rights with which the file was opened; changes of
 * attributes have those of its caller.
 */
final class LinuxFile implements OpenFile, Root.Aborting {
  private final Root root;
  private final Identity identity;
  private final Descriptor descriptor;
  private final StorageKind kind;
  private final OpenOptions options;
  private final @Nullable OpenFile nonBlocking;

  LinuxFile(
      Root root, Identity identity, Descriptor descriptor, StorageKind kind, OpenOptions options) {
    this.root = root;
    this.identity = identity;
    this.descriptor = descriptor;
    this.kind = kind;
    this.options = options;
    nonBlocking =
        switch (kind) {
          case MEMORY -> this;
          case DISK -> new CachedFile(this);
          case REMOTE, KERNEL -> null;
        };
  }

  @Override
  public int read(ByteBuffer target, long offset) throws FsException {
    int fd = descriptor.acquire();
    Scratch s = Scratch.take();
    try {
      requireOffset(offset);
      return Transfers.read(s, fd, target, offset, kind == StorageKind.REMOTE);
    } finally {
      end(s);
    }
  }

  /** As {@link Transfers#readCached}. */
  long readCached(ByteBuffer target, long offset) throws FsException {
    int fd = descriptor.acquire();
    Scratch s = Scratch.take();
    try {
      requireOffset(offset);
      return Transfers.readCached(s, fd, target, offset);
    } finally {
      end(s);
    }
  }

  @Override
  public int write(ByteBuffer source, long offset) throws FsException {
    int fd = descriptor.acquire();
    Scratch s = Scratch.take();
    try {
      long position = prepareWrite(s, fd, source, offset);
      return Transfers.write(s, fd, source, position);
    } finally {
      end(s);
    }
  }

  /** Throws EBADF after {@link #close()}. */
  void requireOpen() throws FsException {
    if (descriptor.isClosed()) {
      throw new FsException(Errno.EBADF);
    }
  }

  private long prepareWrite(Scratch s, int fd, ByteBuffer source, long offset) throws FsException {
    if (!options.write()) {
      throw new FsException(Errno.EBADF);
    }
    if (!options.append()) {
      requireOffset(offset);
    }
    if (!options.append() && offset > Long.MAX_VALUE - source.remaining()) {
      throw new FsException(Errno.EFBIG);
    }
    if (source.hasRemaining()) {
      Permissions.dropPrivilegeBits(s, root.host(), fd);
    }
    return options.append() ? 0 : offset;
  }

  /** For preadv2(2), offset -1 would mean the current position of the descriptor. */
  private static void requireOffset(long offset) throws FsException {
    if (offset < 0) {
      throw new FsException(Errno.EINVAL);
    }
  }

  @Override
  public FileAttributes stat() throws FsException {
    int fd = descriptor.acquire();
    Scratch s = Scratch.take();
    try {
      LinuxErrors.check(s.stat.load(s, fd));
      return s.stat.attributes(root.device());
    } finally {
      end(s);
    }
  }

  @Override
  public void stat(AttributesBuffer into) throws FsException {
    int fd = descriptor.acquire();
    Scratch s = Scratch.take();
    try {
      LinuxErrors.check(s.stat.load(s, fd));
      s.stat.fill(into, root.device());
    } finally {
      end(s);
    }
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    int fd = descriptor.acquire();
    Scratch s = Scratch.take();
    try {
      if (root.readOnly()) {
        throw new FsException(Errno.EROFS);
      }
      identity.assume(s);
      try {
        new AttributeSetter(root.host()).applyToOpen(s, fd, changes);
      } finally {
        identity.drop(s);
      }
    } finally {
      end(s);
    }
  }

  @Override
  public void sync(boolean dataOnly) throws FsException {
    int fd = descriptor.acquire();
    Scratch s = Scratch.take();
    try {
      long number = dataOnly ? SyscallNumbers.FDATASYNC : SyscallNumbers.FSYNC;
      LinuxErrors.check(Syscalls.call(s, number, fd));
    } finally {
      end(s);
    }
  }

  @Override
  public long copyTo(long offset, long count, OpenFile target, long targetOffset)
      throws FsException {
    OpenFile other = target instanceof CachedFile view ? view.file() : target;
    if (options.read() && other instanceof LinuxFile file && file.options.write()) {
      return file.options.append()
          ? OpenFile.super.copyTo(offset, count, file, file.stat().size())
          : copyInKernel(offset, count, file, targetOffset);
    }
    return OpenFile.super.copyTo(offset, count, target, targetOffset);
  }

  private long copyInKernel(long offset, long count, LinuxFile target, long targetOffset)
      throws FsException {
    // Bytes that are added to the source meanwhile are left out: the copy itself may have written
    // them.
    long present = Math.clamp(stat().size() - offset, 0, Math.max(count, 0));
    int from = descriptor.acquire();
    Scratch s = Scratch.take();
    long done;
    try {
      int to = target.descriptor.acquire();
      try {
        done =
            KernelCopy.copy(
                s, from, offset, count < 0 ? count : present, to, targetOffset, root.host());
      } finally {
        target.descriptor.release(s);
      }
    } finally {
      end(s);
    }
    return done == KernelCopy.UNSUPPORTED
        ? OpenFile.super.copyTo(offset, count, target, targetOffset)
        : done;
  }

  @Override
  public @Nullable OpenFile nonBlocking() {
    return nonBlocking;
  }

  /**
   * In memory, the last close of a large file takes long. On a disk, closing a written file may
   * have to allocate blocks for it (ext4), and closing a file without a name frees its blocks. The
   * current state of the file decides: it may have grown, or lost its name, since it was opened.
   */
  @Override
  public boolean isCloseNonBlocking() {
    Scratch s = Scratch.take();
    try {
      int fd = descriptor.acquire();
      long loaded = s.stat.loadExtent(s, fd);
      descriptor.release(s);
      return loaded >= 0
          && switch (kind) {
            case MEMORY -> Waiting.isNonBlocking(s.stat.extent());
            case DISK -> !options.write() && s.stat.links() > 0;
            case REMOTE, KERNEL -> false;
          };
    } catch (FsException e) {
      return e.errno() == Errno.EBADF; // it is already closed
    } finally {
      s.release();
    }
  }

  @Override
  public void close() throws FsException {
    root.open().remove(this);
    Scratch s = Scratch.take();
    try {
      long result = descriptor.close(s);
      if (result < 0 && !LinuxErrors.is(result, Errno.EINTR)) {
        LinuxErrors.check(result);
      }
    } finally {
      s.release();
    }
  }

  @Override
  public void abort(FsException cause) {
    OpenFile.super.abort(cause);
  }

  private void end(Scratch s) {
    descriptor.release(s);
    s.release();
  }
}
