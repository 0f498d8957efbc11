package dev.warren.sqlfs.data;

import dev.warren.api.AttributeChanges;
import dev.warren.api.FsException;
import dev.warren.sqlfs.cache.InodeCache;
import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.session.Reaper;
import dev.warren.sqlfs.store.Store;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The regular files that are open on this host. Thread-safe. */
public final class LiveFiles {
  /** The maximum age of an open file's row. */
  static final long MOST_NANOS = 1_000_000_000;

  private final Volume volume;
  private final Map<Long, Opened> opened = new ConcurrentHashMap<>();

  private record Opened(LiveFile file, int users) {}

  /**
   * @param chunkSize of contents, in bytes
   * @param limit the maximum size of the file system, in bytes
   * @param contentMemory the memory for contents that were read, in bytes
   * @param writeMemory the memory for unwritten changes, in bytes
   * @param clock nanoseconds since 1970, by the clock that all hosts share
   * @param ticks nanoseconds from an arbitrary origin, never decreasing
   */
  public LiveFiles(
      Store store,
      InodeCache cache,
      Reaper reaper,
      int chunkSize,
      long limit,
      long contentMemory,
      long writeMemory,
      LongSupplier clock,
      LongSupplier ticks) {
    volume =
        new Volume(
            store,
            cache,
            reaper,
            chunkSize,
            limit,
            new ContentCache(contentMemory),
            new WriteBudget(writeMemory),
            clock,
            ticks);
  }

  /** Adds a user to a file, which the caller holds; {@link #close} releases it. */
  LiveFile open(InodeRow row) {
    Opened now =
        opened.compute(
            row.id(),
            (_, old) ->
                old == null || old.file.isRefused()
                    ? new Opened(new LiveFile(volume, row), 1)
                    : new Opened(old.file, old.users + 1));
    return now.file;
  }

  /** Removes a user from a file, and releases the file. */
  void close(LiveFile file) {
    opened.computeIfPresent(
        file.id(),
        (_, old) ->
            !old.file.equals(file)
                ? old // a new object has replaced one that was refused
                : old.users == 1 ? null : new Opened(file, old.users - 1));
    Opened left = opened.get(file.id());
    if (left == null || !left.file.equals(file)) {
      file.dismiss();
    }
    volume.reaper().holds().release(file.id());
  }

  /** A row as stat(2) shows it, with changes that are not in the database yet. */
  public InodeRow seen(InodeRow row) {
    Opened now = opened.get(row.id());
    return now == null ? row : now.file.seen(row);
  }

  /** The row of a file as stat(2) shows it; null if there is none. */
  @Nullable InodeRow row(long inode) throws FsException {
    InodeRow row = volume.cache().inode(inode);
    return row == null ? null : seen(row);
  }

  int chunkSize() {
    return volume.chunkSize();
  }

  boolean isClosed() {
    return volume.store().isClosed();
  }

  /** Changes attributes of a file, open or not. The caller holds it. */
  public void setAttributes(InodeRow row, AttributeChanges changes) throws FsException {
    volume.reaper().holds().hold(row.id());
    LiveFile file = open(row);
    try {
      file.setAttributes(changes, LiveFile.Permission.ALWAYS);
    } finally {
      close(file);
    }
  }

  /** Writes pending changes, because the mount ends; logs what fails. */
  public void end(System.Logger log) {
    for (Opened one : List.copyOf(opened.values())) {
      try {
        one.file.end();
      } catch (FsException e) {
        log.log(
            System.Logger.Level.WARNING,
            "a file that was open when the mount ended could not be written completely",
            e);
      }
    }
  }
}
