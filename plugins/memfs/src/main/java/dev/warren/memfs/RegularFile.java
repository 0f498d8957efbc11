package dev.warren.memfs;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.StampedLock;

/** A file with content. Thread-safe: readers run concurrently, writers exclusively. */
final class RegularFile extends Inode {
  private static final byte[] ZEROS = new byte[ChunkTree.CHUNK];
  private static final int BLOCKS_IN_CHUNK = ChunkTree.CHUNK / 512;

  /** How old the access time may become while the file is read, as with mount(8)'s relatime. */
  private static final Duration ACCESS_TIME_PRECISION = Duration.ofDays(1);

  private final StampedLock lock = new StampedLock();
  // Guarded by the lock, as are the following fields. The bytes of a chunk beyond the end of the
  // file are zero.
  private final ChunkTree chunks = new ChunkTree();
  private boolean discarded;

  private int opens; // guarded by this object's monitor

  /** The caller has charged for an inode. */
  RegularFile(Volume volume, int permissions, Owner owner) {
    super(volume, FileType.REGULAR, permissions, owner);
  }

  /** Increments the number of opens. The caller holds the lock on names. */
  synchronized void opened() {
    opens++;
  }

  /** Decrements the number of opens; the last close of a file without a name discards the file. */
  void closed() {
    boolean last;
    synchronized (this) {
      opens--;
      last = isUnused();
    }
    if (last) {
      discard();
    }
  }

  @Override
  boolean isUnused() {
    return opens == 0 && super.isUnused();
  }

  @Override
  void discard() {
    super.discard();
    long stamp = lock.writeLock();
    try {
      discarded = true;
      giveBackFrom(0);
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  int read(ByteBuffer target, long offset) throws FsException {
    int count;
    long stamp = lock.readLock();
    try {
      requireContent();
      long available = attributes().size() - offset;
      count = (int) Math.min(target.remaining(), Math.max(0, available));
      long position = offset;
      for (int left = count; left > 0; ) {
        int start = inChunk(position);
        int length = Math.min(ChunkTree.CHUNK - start, left);
        byte[] chunk = chunks.get(position >>> ChunkTree.CHUNK_SHIFT);
        target.put(chunk == null ? ZEROS : chunk, start, length);
        position += length;
        left -= length;
      }
    } finally {
      lock.unlockRead(stamp);
    }
    if (count > 0) {
      accessed();
    }
    return count;
  }

  /** Writes at an offset, or at the end. */
  int write(ByteBuffer source, long offset, boolean append) throws FsException {
    if (!source.hasRemaining()) {
      return 0;
    }
    long stamp = lock.writeLock();
    try {
      requireContent();
      long size = attributes().size();
      long start = append ? size : offset;
      if (start == Long.MAX_VALUE) {
        throw new FsException(Errno.EFBIG);
      }
      int count = fill(source, start);
      if (count == 0) {
        throw new FsException(Errno.ENOSPC);
      }
      resized(Math.max(size, start + count));
      return count;
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /** Writes as many bytes as the space and the greatest file size permit. */
  private int fill(ByteBuffer source, long start) {
    int count = (int) Math.min(source.remaining(), Long.MAX_VALUE - start);
    int done = 0;
    while (done < count) {
      long index = (start + done) >>> ChunkTree.CHUNK_SHIFT;
      byte[] chunk = chunks.get(index);
      if (chunk == null) {
        if (!volume().space().tryTake(ChunkTree.CHUNK)) {
          break;
        }
        chunk = new byte[ChunkTree.CHUNK];
        chunks.put(index, chunk);
      }
      int at = inChunk(start + done);
      int length = Math.min(ChunkTree.CHUNK - at, count - done);
      source.get(chunk, at, length);
      done += length;
    }
    return done;
  }

  @Override
  void truncate(long size) throws FsException {
    if (size < 0) {
      throw new FsException(Errno.EINVAL);
    }
    long stamp = lock.writeLock();
    try {
      requireContent();
      if (size < attributes().size()) {
        byte[] cut = inChunk(size) == 0 ? null : chunks.get(size >>> ChunkTree.CHUNK_SHIFT);
        if (cut != null) {
          System.arraycopy(ZEROS, 0, cut, inChunk(size), ChunkTree.CHUNK - inChunk(size));
        }
        giveBackFrom((size + ChunkTree.CHUNK - 1) >>> ChunkTree.CHUNK_SHIFT);
      }
      resized(size);
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  private void giveBackFrom(long index) {
    volume().space().giveBack(chunks.removeFrom(index) * ChunkTree.CHUNK);
  }

  private void resized(long size) {
    contentChanged(
        b ->
            b.size(size)
                .blocks(chunks.count() * BLOCKS_IN_CHUNK)
                .permissions(withoutPrivileges(attributes().permissions())));
  }

  /** A read or write may run just after the last user has closed the file. */
  private void requireContent() throws FsException {
    if (discarded) {
      throw new FsException(Errno.EBADF);
    }
  }

  /** Records an access, but seldom, so that most reads change nothing. */
  private void accessed() {
    FileAttributes now = attributes();
    Instant access = now.accessTime();
    Instant present = volume().now();
    if (!access.isAfter(now.modifyTime())
        || !access.isAfter(now.changeTime())
        || !present.isBefore(access.plus(ACCESS_TIME_PRECISION))) {
      update(b -> b.accessTime(present.getEpochSecond(), present.getNano()));
    }
  }

  private static int inChunk(long position) {
    return (int) position & (ChunkTree.CHUNK - 1);
  }
}
