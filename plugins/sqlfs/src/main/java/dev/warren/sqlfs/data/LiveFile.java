package dev.warren.sqlfs.data;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.sqlfs.inode.Changes;
import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.inode.Inodes;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A regular file that is open on this host, one object for all its clients. It buffers writes: all
 * clients of this host see them at once, other hosts when they are in the database. Thread-safe;
 * its lock is held during access to the database.
 */
final class LiveFile {
  /** The number of pending bytes of one file that starts a flush. */
  private static final long ENOUGH = 2L << 20;

  /** How often the same bytes are read while other hosts change the file. */
  private static final int ATTEMPTS = 16;

  private static final byte[] NOTHING = {};

  private final Volume volume;
  private final long id;
  private final ReentrantLock lock = new ReentrantLock();
  private final DirtyChunks dirty;
  private final ChunkReader reader;

  // Guarded by the lock.
  private InodeRow row;
  private long checked;
  private long size;
  private long writtenEnd;
  private boolean changed;
  private boolean unprivileged;
  private long modified;
  private long version;
  private long session;
  private @Nullable Replacement replacement;

  private volatile @Nullable Pending pending;
  private volatile @Nullable FsException refused;

  LiveFile(Volume volume, InodeRow row) {
    this.volume = volume;
    this.id = row.id();
    this.row = row;
    size = row.size();
    dirty = new DirtyChunks(volume.chunkSize(), volume.budget());
    reader = new ChunkReader(volume, id);
    reader.setFile(row);
    checked = volume.ticks().getAsLong();
  }

  long id() {
    return id;
  }

  /** Whether pending changes were refused: the file must be opened as a new object. */
  boolean isRefused() {
    return refused != null;
  }

  /** A row with the pending changes, as stat(2) shows it. */
  InodeRow seen(InodeRow stored) {
    Pending now = pending;
    return now == null ? stored : now.on(stored);
  }

  /** An action that runs with the lock held. */
  interface Use<T extends @Nullable Object> {
    T run() throws FsException;
  }

  /** Whether an open file may still be used to change the file. */
  interface Permission {
    /** For changes by the file's name, which cannot be closed meanwhile. */
    Permission ALWAYS = () -> {};

    /** Throws if the open file was closed or aborted; called with the lock held. */
    void require() throws FsException;
  }

  private <T extends @Nullable Object> T alone(Use<T> use) throws FsException {
    lock.lock();
    try {
      FsException why = refused;
      if (why != null) {
        throw new FsException(why.errno(), why.reason());
      }
      return use.run();
    } finally {
      lock.unlock();
    }
  }

  /** Reads the row again if {@code now}, or if it is older than a second: it may be outdated. */
  private void lookAgain(boolean now) throws FsException {
    if (!now && volume.ticks().getAsLong() - checked < LiveFiles.MOST_NANOS) {
      return;
    }
    long asked = volume.ticks().getAsLong();
    InodeRow fresh = volume.cache().fresh(id);
    if (fresh == null) {
      throw new FsException(Errno.ESTALE);
    }
    checked = asked;
    adopt(fresh);
  }

  private void adopt(InodeRow fresh) {
    row = fresh;
    if (replacement == null) {
      reader.setFile(fresh);
      size = changed ? Math.max(fresh.size(), writtenEnd) : fresh.size();
    }
    show();
  }

  private void show() {
    Replacement now = replacement;
    pending =
        changed || now != null
            ? new Pending(
                size,
                dirty.bytes() + (now == null ? 0 : now.stored()),
                now != null,
                changed ? modified : row.modified(),
                changed ? version : row.version(),
                unprivileged)
            : null;
  }

  /** The file was opened: reads the row again, to see the changes that other hosts have closed. */
  void opened() throws FsException {
    alone(
        () -> {
          lookAgain(true);
          return null;
        });
  }

  /** The file was created: other hosts see its content when it is complete. */
  void created(Object by) throws FsException {
    alone(
        () -> {
          if (replacement == null && row.size() == 0 && !changed) {
            replacement = new Replacement(volume, by, false);
            reader.setReplacement(replacement);
            show();
          }
          return null;
        });
  }

  /**
   * The file was emptied when opened: other hosts see the old content until the new is complete.
   */
  void replaced(Object by, Permission permission) throws FsException {
    alone(
        () -> {
          permission.require();
          if (replacement != null) {
            cut(0);
            return null;
          }
          flush();
          replacement = new Replacement(volume, by, size > 0);
          reader.setReplacement(replacement);
          size = 0;
          writtenEnd = 0;
          unprivileged = true;
          noteChange();
          return null;
        });
  }

  int read(ByteBuffer target, long offset) throws FsException {
    int start = target.position();
    return alone(
        () -> {
          lookAgain(false);
          return consistent(() -> copy(target.position(start), offset));
        });
  }

  /** Repeats a read as long as it returns null, because another host has changed the file. */
  private <T> T consistent(Use<@Nullable T> read) throws FsException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      T result = read.run();
      if (result != null) {
        return result;
      }
      lookAgain(true);
    }
    throw new FsException(Errno.EIO, "the file is replaced faster than it can be read");
  }

  /** Reads; returns the number of bytes, null if they may be mixed. */
  private @Nullable Integer copy(ByteBuffer target, long offset) throws FsException {
    int done = 0;
    int count = (int) Math.min(target.remaining(), Math.max(0, size - offset));
    while (done < count) {
      long at = offset + done;
      long number = at / volume.chunkSize();
      int start = (int) (at % volume.chunkSize());
      int length = Math.min(volume.chunkSize() - start, count - done);
      byte[] written = dirty.get(number);
      byte[] chunk = written != null ? written : reader.chunk(number, size);
      if (chunk == null) {
        return null;
      }
      copy(chunk, start, target, length);
      done += length;
    }
    return count;
  }

  private static void copy(byte[] chunk, int start, ByteBuffer target, int length) {
    int there = Math.clamp(chunk.length - start, 0, length);
    target.put(chunk, there == 0 ? 0 : start, there);
    for (int zeros = length - there; zeros > 0; zeros--) {
      target.put((byte) 0);
    }
  }

  int write(ByteBuffer source, long offset, boolean append, Permission permission)
      throws FsException {
    if (!source.hasRemaining()) {
      return 0;
    }
    return alone(
        () -> {
          permission.require();
          lookAgain(false);
          long start = append ? size : offset;
          if (start == Long.MAX_VALUE) {
            throw new FsException(Errno.EFBIG);
          }
          int count = (int) Math.min(source.remaining(), Long.MAX_VALUE - start);
          int done = 0;
          while (done < count) {
            long at = start + done;
            long number = at / volume.chunkSize();
            int from = (int) (at % volume.chunkSize());
            int length = Math.min(volume.chunkSize() - from, count - done);
            if (!room(from + length, done == 0)) {
              break;
            }
            source.get(place(number, from, length), from, length);
            done += length;
            size = Math.max(size, at + length);
            writtenEnd = Math.max(writtenEnd, at + length);
            unprivileged = true;
            noteChange();
          }
          if (dirty.bytes() >= ENOUGH) {
            flush();
          }
          return done;
        });
  }

  /**
   * Flushes if the memory for writes is used up, and checks that the database has space for what is
   * accepted now: a later flush must not fail.
   *
   * @param more how many bytes the chunk needs at most
   * @param must whether to throw ENOSPC if there is no space
   */
  private boolean room(int more, boolean must) throws FsException {
    if (volume.budget().isExhausted() && !dirty.isEmpty()) {
      flush();
    }
    if (hasSpace(more)) {
      return true;
    }
    flush();
    volume.reaper().free();
    if (hasSpace(more)) {
      return true;
    }
    if (must) {
      throw new FsException(Errno.ENOSPC);
    }
    return false;
  }

  private boolean hasSpace(int more) {
    long used = volume.store().state().counters().bytes() + volume.budget().used();
    return more <= volume.limit() - used;
  }

  private byte[] place(long number, int from, int length) throws FsException {
    boolean whole = from == 0 && length == volume.chunkSize();
    byte[] old =
        dirty.get(number) != null || whole ? NOTHING : consistent(() -> reader.chunk(number, size));
    return dirty.place(number, from + length, old);
  }

  private void noteChange() {
    if (!changed) {
      changed = true;
      version = row.version();
      session = volume.store().state().session();
    }
    long now = volume.clock().getAsLong();
    modified = now;
    version = Math.max(version + 1, now);
    show();
  }

  /**
   * Writes pending changes to the database. Other hosts see them, except those to a replacement.
   */
  private void flush() throws FsException {
    Replacement now = replacement;
    if (now != null) {
      if (!dirty.isEmpty()) {
        refusable(() -> now.write(dirty.trimmed(size), session));
        reader.setReplacement(now);
        dirty.clear();
        show();
      }
    } else if (changed) {
      Flush flush = flushing(writtenEnd);
      Flush.Result result = refusable(() -> volume.store().write(flush));
      reader.flushed(result, flush.chunks());
      written(result.row());
    }
  }

  /** Writes pending changes to the database and makes them visible to all hosts. */
  private void commit() throws FsException {
    Replacement now = replacement;
    if (now == null) {
      flush();
    } else if (changed) {
      Flush flush = flushing(size);
      InodeRow result = refusable(() -> now.commit(flush));
      replacement = null;
      volume.reaper().sweep();
      reader.committed(result, flush.chunks());
      written(result);
    } else {
      replacement = null;
      adopt(row);
    }
  }

  private Flush flushing(long end) {
    return new Flush(
        id,
        session,
        new Pending(end, 0, false, modified, version, unprivileged),
        dirty.trimmed(size));
  }

  private void written(InodeRow result) {
    dirty.clear();
    changed = false;
    unprivileged = false;
    writtenEnd = 0;
    adopt(result);
  }

  /**
   * Runs a flush. If it fails because this host has lost its session, the pending changes are lost
   * for all clients that have the file open.
   */
  private <T extends @Nullable Object> T refusable(Use<T> use) throws FsException {
    try {
      return use.run();
    } catch (FsException e) {
      if (e.errno() == Errno.ESTALE) {
        refused = e;
        dirty.clear();
        pending = null;
      }
      throw e;
    }
  }

  void sync() throws FsException {
    alone(
        () -> {
          commit();
          return null;
        });
  }

  void setAttributes(AttributeChanges changes, Permission permission) throws FsException {
    if (changes.isEmpty()) {
      return;
    }
    alone(
        () -> {
          permission.require();
          if (changes.size() != null) {
            lookAgain(false);
            cut(changes.size());
          }
          if (replacement == null) {
            flush();
          }
          row =
              volume
                  .store()
                  .write(
                      transaction -> {
                        Changes.apply(transaction, Inodes.require(transaction.sql(), id), changes);
                        return Inodes.require(transaction.sql(), id);
                      });
          if (changes.modifyTime() != null) {
            modified = row.modified();
          }
          if (changes.permissions() != null) {
            unprivileged = false;
          }
          adopt(row);
          return null;
        });
  }

  /** Sets the size. */
  private void cut(long newSize) throws FsException {
    if (newSize < 0) {
      throw new FsException(Errno.EINVAL);
    }
    flush();
    Replacement now = replacement;
    if (now == null) {
      InodeRow result = volume.store().write(new Cut(id, newSize, volume.chunkSize()));
      if (newSize == 0) {
        volume.reaper().sweep();
      }
      reader.forget(result);
      size = newSize;
      adopt(result);
    } else {
      if (newSize < size) {
        now.cut(newSize);
        reader.setReplacement(now);
      }
      size = newSize;
      writtenEnd = newSize;
      unprivileged = true;
      noteChange();
    }
  }

  /** A client has closed the file: later opens, on any host, see what it has written. */
  void closed(Object by, boolean wrote) throws FsException {
    alone(
        () -> {
          Replacement now = replacement;
          boolean isOwn = now != null && now.isBy(by);
          try {
            if (wrote || isOwn) {
              commit();
            }
          } catch (FsException e) {
            if (now != null && isOwn && now.reverts() && refused == null) {
              giveUp(now);
            }
            throw e;
          }
          return null;
        });
  }

  /** Returns to the old content; in memory at once, because the database may not respond. */
  private void giveUp(Replacement now) {
    dirty.clear();
    replacement = null;
    changed = false;
    unprivileged = false;
    writtenEnd = 0;
    adopt(row);
    // The replacement may have been completed nevertheless.
    checked = volume.ticks().getAsLong() - LiveFiles.MOST_NANOS;
    now.giveUp();
  }

  /** The mount ends: commits what was written, but drops a replacement that reverts. */
  void end() throws FsException {
    alone(
        () -> {
          if (replacement == null || !replacement.reverts()) {
            commit();
          }
          return null;
        });
  }

  /** A client was aborted: if only this client was replacing the content, the old one remains. */
  void aborted(Object by, boolean wrote) throws FsException {
    alone(
        () -> {
          Replacement now = replacement;
          if (now == null || !now.isBy(by)) {
            if (wrote) {
              commit();
            }
            return null;
          }
          if (!now.reverts()) {
            commit();
            return null;
          }
          giveUp(now);
          return null;
        });
  }

  /**
   * A client writes. If another one is replacing the content, its abort must not discard this
   * write.
   */
  void shared(Object by) throws FsException {
    alone(
        () -> {
          if (replacement != null) {
            replacement.shared(by);
          }
          return null;
        });
  }

  /**
   * The last client has closed the file. What is lost here was reported by a {@link #closed} that
   * failed.
   */
  void dismiss() {
    lock.lock();
    try {
      dirty.clear();
      reader.remember();
      Replacement now = replacement;
      if (now != null) {
        now.giveUp();
      }
    } finally {
      lock.unlock();
    }
  }
}
