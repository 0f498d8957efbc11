package dev.warren.sqlfs;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.database.Dialect;
import dev.warren.sqlfs.cache.InodeCache;
import dev.warren.sqlfs.data.LiveFiles;
import dev.warren.sqlfs.inode.Changes;
import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.inode.Inodes;
import dev.warren.sqlfs.names.Owner;
import dev.warren.sqlfs.session.Reaper;
import dev.warren.sqlfs.session.Sessions;
import dev.warren.sqlfs.store.Statements;
import dev.warren.sqlfs.store.Store;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** An open file system on this host, shared by all its views. Thread-safe. */
final class Instance {
  /** The approximate memory for a cached file and a cached name together, in bytes. */
  private static final int ROW_BYTES = 512;

  private final Store store;
  private final Sessions sessions;
  private final InodeCache cache;
  private final Reaper reaper;
  private final LiveFiles files;
  private final boolean shared;
  private final long limit;
  private final int chunkSize;
  private final System.Logger log;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * The settings of a file system.
   *
   * @param limit the maximum size of the file system, in bytes
   * @param chunkSize of a new file system, in bytes; an existing one keeps its own
   * @param cacheBytes memory: half for contents that were read, a quarter for unwritten changes, a
   *     quarter for files and names
   * @param host this host's name in the table of sessions, for administrators
   * @param lease how long other hosts consider this host alive after its last heartbeat
   * @param clock this host's
   * @param ticks nanoseconds from an arbitrary origin, never decreasing
   */
  record Settings(
      long limit,
      int chunkSize,
      long cacheBytes,
      Owner owner,
      String host,
      Duration lease,
      InstantSource clock,
      LongSupplier ticks) {}

  private Instance(
      DataSource database, Dialect dialect, int chunkSize, Settings settings, System.Logger log) {
    this.chunkSize = chunkSize;
    this.log = log;
    shared = dialect != Dialect.SQLITE;
    limit = settings.limit();
    cache = new InodeCache((int) (settings.cacheBytes() / 4 / ROW_BYTES), settings.ticks());
    reaper = new Reaper();
    sessions =
        new Sessions(
            dialect,
            settings.host(),
            settings.lease(),
            settings.clock(),
            settings.ticks(),
            reaper::look,
            log);
    store = new Store(database, dialect, limit, sessions, cache::forget, log);
    cache.attach(store);
    reaper.attach(store);
    files =
        new LiveFiles(
            store,
            cache,
            reaper,
            chunkSize,
            limit,
            settings.cacheBytes() / 2,
            settings.cacheBytes() / 4,
            sessions::clock,
            settings.ticks());
  }

  static Instance open(DataSource database, Settings settings, System.Logger log)
      throws IOException {
    Dialect dialect = Store.prepare(database);
    int chunk =
        Store.begin(database, settings.chunkSize(), sql -> makeRoot(sql, dialect, settings));
    Instance instance = new Instance(database, dialect, chunk, settings, log);
    try {
      instance.store.<@Nullable Void>write(_ -> null); // begins a session
      return instance;
    } catch (FsException e) {
      instance.close();
      throw e;
    }
  }

  private static void makeRoot(Statements sql, Dialect dialect, Settings settings)
      throws SQLException {
    Inodes.makeRoot(
        sql,
        sql.number("SELECT " + dialect.now()) * 1_000_000,
        settings.owner().uid(),
        settings.owner().gid());
  }

  Store store() {
    return store;
  }

  InodeCache cache() {
    return cache;
  }

  Reaper reaper() {
    return reaper;
  }

  LiveFiles files() {
    return files;
  }

  /** Whether other hosts may use the same database. */
  boolean isShared() {
    return shared;
  }

  long limit() {
    return limit;
  }

  int chunkSize() {
    return chunkSize;
  }

  FileAttributes attributes(InodeRow row) {
    return files.seen(row).attributes(chunkSize);
  }

  void setAttributes(InodeRow row, AttributeChanges changes) throws FsException {
    if (row.type() == FileType.REGULAR) {
      files.setAttributes(row, changes);
      return;
    }
    if (changes.size() != null) {
      throw new FsException(
          switch (row.type()) {
            case DIRECTORY -> Errno.EISDIR;
            case SYMBOLIC_LINK -> Errno.ELOOP;
            default -> Errno.EINVAL;
          });
    }
    if (!changes.isEmpty()) {
      store.<@Nullable Void>write(
          transaction -> {
            Changes.apply(transaction, Inodes.require(transaction.sql(), row.id()), changes);
            return null;
          });
    }
  }

  void close() {
    if (!closed.getAndSet(true)) {
      files.end(log);
      store.close(sessions::leave);
    }
  }
}
