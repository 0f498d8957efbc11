package dev.warren.localfs.linux;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.localfs.common.Numbering;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An open directory. Entries are read in blocks by getdents64(2). Entries that a visitor refuses
 * are retained for the next read, which seeks only if it does not continue there: on some file
 * systems (tmpfs before Linux 6.6), seeking after names were removed skips entries.
 */
final class LinuxDirectory implements OpenDirectory, Root.Aborting {
  private final Root root;
  private final Identity identity;
  private final Descriptor descriptor;
  private final long device;
  private final ReentrantLock reading = new ReentrantLock();
  private final DirectoryCookies cookies = new DirectoryCookies();

  private DirectoryBlock block = DirectoryBlock.NONE;
  private long position; // the cookie of the last accepted entry, 0 at the start
  private boolean untouched = true;

  LinuxDirectory(Root root, Identity identity, Descriptor descriptor, long device) {
    this.root = root;
    this.identity = identity;
    this.descriptor = descriptor;
    this.device = device;
  }

  /** Offers the current entry of the block to a visitor. */
  @FunctionalInterface
  private interface Step {
    /**
     * Returns false if the visitor refused the entry; true if it accepted it, or if the entry is
     * left out.
     */
    boolean offer(Scratch s, int fd) throws FsException;
  }

  @Override
  public void read(long cookie, boolean attributes, Visitor visitor) throws FsException {
    read(cookie, (s, fd) -> offer(s, fd, attributes, visitor));
  }

  @Override
  public void readNames(long cookie, BytesVisitor visitor) throws FsException {
    read(cookie, (s, fd) -> offer(s, fd, visitor));
  }

  private void read(long cookie, Step step) throws FsException {
    reading.lock();
    try {
      int fd = descriptor.acquire();
      Scratch s = Scratch.take();
      try {
        read(s, fd, cookie, step);
      } finally {
        end(s);
      }
    } finally {
      reading.unlock();
    }
  }

  private void read(Scratch s, int fd, long cookie, Step step) throws FsException {
    seek(s, fd, cookie);
    while (true) {
      if (block.isAtEnd()) {
        block = DirectoryBlock.load(s, fd);
        untouched = false;
        if (block.isAtEnd()) {
          return;
        }
      }
      if (!block.isDots() && !step.offer(s, fd)) {
        return;
      }
      block.next();
    }
  }

  private boolean offer(Scratch s, int fd, boolean attributes, Visitor visitor) throws FsException {
    DirectoryEntry entry = entry(s, fd, attributes);
    if (entry == null) {
      return true;
    }
    if (!visitor.visit(entry)) {
      return false;
    }
    position = entry.cookie();
    return true;
  }

  private boolean offer(Scratch s, int fd, BytesVisitor visitor) throws FsException {
    FileType type = block.type();
    long fileId = fileId();
    if (type == null) {
      DirectoryEntry entry = entry(s, fd, false);
      if (entry == null) {
        return true;
      }
      type = entry.type();
      fileId = entry.fileId();
    }
    long cookie = cookies.cookie(block.offset());
    if (!block.offer(visitor, type, fileId, cookie)) {
      return false;
    }
    position = cookie;
    return true;
  }

  private void seek(Scratch s, int fd, long cookie) throws FsException {
    boolean start = cookie == 0 && untouched;
    if (start || (cookie != 0 && cookie == position)) {
      return;
    }
    long offset = cookies.offset(cookie);
    LinuxErrors.check(Syscalls.call(s, SyscallNumbers.LSEEK, fd, offset, Flags.SEEK_SET));
    block = DirectoryBlock.NONE;
    position = cookie;
  }

  /** Returns the current entry of the block; null if it is left out. */
  private @Nullable DirectoryEntry entry(Scratch s, int fd, boolean attributes) throws FsException {
    FileAttributes found = null;
    if (attributes || block.type() == null) {
      identity.assume(s);
      try {
        if (s.stat.load(s, fd, block.name(s)) >= 0) {
          found = s.stat.attributes(root.device());
        } else if (block.type() == null) {
          return null; // it was removed, or its attributes may not be read
        }
      } finally {
        identity.drop(s);
      }
    }
    return new DirectoryEntry(
        block.name(),
        found != null ? found.type() : block.knownType(),
        found != null ? found.fileId() : fileId(),
        cookies.cookie(block.offset()),
        attributes ? found : null);
  }

  private long fileId() {
    return Numbering.fileId(root.device(), device, block.inode());
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
      if (changes.size() != null) {
        throw new FsException(changes.size() < 0 ? Errno.EINVAL : Errno.EISDIR);
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
  public void sync() throws FsException {
    int fd = descriptor.acquire();
    Scratch s = Scratch.take();
    try {
      LinuxErrors.check(Syscalls.call(s, SyscallNumbers.FSYNC, fd));
    } finally {
      end(s);
    }
  }

  /** Provided only for file systems in memory, because reading entries from a disk takes time. */
  @Override
  public @Nullable OpenDirectory nonBlocking() {
    return device == root.device() && root.kind() == StorageKind.MEMORY ? this : null;
  }

  @Override
  public void close() {
    root.open().remove(this);
    Scratch s = Scratch.take();
    descriptor.close(s);
    s.release();
  }

  @Override
  public void abort(FsException cause) {
    close();
  }

  private void end(Scratch s) {
    descriptor.release(s);
    s.release();
  }
}
