package dev.warren.sqlfs.cache;

import dev.warren.api.FsException;
import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.inode.Inodes;
import dev.warren.sqlfs.names.Entries;
import dev.warren.sqlfs.names.Files;
import dev.warren.sqlfs.store.ChangedFiles;
import dev.warren.sqlfs.store.Store;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A cache of files and names. Entries are at most a second old, and include this host's changes.
 */
public final class InodeCache implements Files {
  private final RecentCache<Long, InodeRow> inodes;
  private final RecentCache<ChangedFiles.Name, Long> names;
  private final GroupedReads reads = new GroupedReads(this::read);
  private volatile @Nullable Store store;

  /**
   * @param most the limit of cached files, and of cached names
   * @param ticks nanoseconds from an arbitrary origin, never decreasing
   */
  public InodeCache(int most, LongSupplier ticks) {
    inodes = new RecentCache<>(most, ticks);
    names = new RecentCache<>(most, ticks);
  }

  /** Sets the store to read from; must be called before anything is read. */
  public void attach(Store newStore) {
    store = newStore;
  }

  private Store store() {
    Store now = store;
    if (now == null) {
      throw new IllegalStateException("not attached");
    }
    return now;
  }

  @Override
  public @Nullable InodeRow inode(long id) throws FsException {
    InodeRow known = cached(id);
    return known != null ? known : fresh(id);
  }

  /** A file that is cached; null if it is not. Non-blocking. */
  public @Nullable InodeRow cached(long id) {
    return inodes.get(id);
  }

  /** Reads a file from the database, not from the cache; null if there is none. */
  public @Nullable InodeRow fresh(long id) throws FsException {
    return reads.read(id);
  }

  private Map<Long, InodeRow> read(List<Long> ids) throws FsException {
    RecentCache.Question question = inodes.ask();
    Map<Long, InodeRow> rows = store().read(sql -> Inodes.find(sql, ids));
    rows.forEach((id, row) -> inodes.put(id, row, question));
    return rows;
  }

  @Override
  public @Nullable InodeRow child(long parent, byte[] name) throws FsException {
    InodeRow known = cachedChild(parent, name);
    return known != null ? known : freshChild(parent, name);
  }

  /** The file of a name if both are cached; otherwise null. Non-blocking. */
  public @Nullable InodeRow cachedChild(long parent, byte[] name) {
    Long known = names.get(new ChangedFiles.Name(parent, name));
    return known == null ? null : cached(known);
  }

  /** Reads the file of a name from the database, not from the cache; null if there is none. */
  private @Nullable InodeRow freshChild(long parent, byte[] name) throws FsException {
    RecentCache.Question named = names.ask();
    RecentCache.Question filed = inodes.ask();
    InodeRow row = store().<@Nullable InodeRow>read(sql -> Entries.find(sql, parent, name));
    if (row != null) {
      names.put(new ChangedFiles.Name(parent, name), row.id(), named);
      inodes.put(row.id(), row, filed);
    }
    return row;
  }

  /**
   * Reads at most {@code most} entries of a directory from the database, beginning after the cookie
   * {@code after}, and caches them.
   */
  public List<Entries.Entry> list(long directory, long after, int most) throws FsException {
    RecentCache.Question named = names.ask();
    RecentCache.Question filed = inodes.ask();
    List<Entries.Entry> entries = store().read(sql -> Entries.list(sql, directory, after, most));
    for (Entries.Entry entry : entries) {
      names.put(new ChangedFiles.Name(directory, entry.name()), entry.file().id(), named);
      inodes.put(entry.file().id(), entry.file(), filed);
    }
    return entries;
  }

  /** Removes what a transaction has changed from the cache. */
  public void forget(ChangedFiles changed) {
    changed.names().forEach(names::changed);
    changed.inodes().forEach(inodes::changed);
  }

  /** Clears the cache. */
  public void forgetAll() {
    names.allChanged();
    inodes.allChanged();
  }
}
