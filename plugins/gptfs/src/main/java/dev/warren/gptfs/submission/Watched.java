package dev.warren.gptfs.submission;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.Reason;
import dev.warren.api.VfsPath;
import dev.warren.gptfs.config.Settings;
import dev.warren.gptfs.memory.ContentMemory;
import dev.warren.gptfs.store.DatabaseDamage;
import dev.warren.gptfs.store.SharedJobs;
import dev.warren.gptfs.time.Timers;
import dev.warren.gptfs.work.Spool;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * The inbox and the state of its files, shared by the classes of this package. Paths are relative
 * to the inbox.
 *
 * <p>Lock order: the structure lock (names change under its write lock), a file's monitor, a job's
 * lock. No thread that holds a job's lock acquires one of the others.
 */
final class Watched {
  private final FileSystem files;
  private final VfsPath inbox;
  private final Settings settings;
  private final Spool spool;
  private final Timers timers;
  private final ContentMemory memory;
  private final Eligibility eligibility;
  private final System.Logger log;
  private final ReentrantReadWriteLock structure = new ReentrantReadWriteLock();
  private final ConcurrentHashMap<VfsPath, InboxFile> open = new ConcurrentHashMap<>();

  Watched(
      FileSystem files,
      VfsPath inbox,
      Settings settings,
      Spool spool,
      Timers timers,
      ContentMemory memory,
      System.Logger log) {
    this.files = files;
    this.inbox = inbox;
    this.settings = settings;
    this.spool = spool;
    this.timers = timers;
    this.memory = memory;
    this.log = log;
    eligibility = new Eligibility(settings.ignore());
  }

  FileSystem files() {
    return files;
  }

  VfsPath inbox() {
    return inbox;
  }

  Settings settings() {
    return settings;
  }

  Spool spool() {
    return spool;
  }

  Timers timers() {
    return timers;
  }

  ContentMemory memory() {
    return memory;
  }

  Eligibility eligibility() {
    return eligibility;
  }

  ReentrantReadWriteLock structure() {
    return structure;
  }

  /** The path in the inner file system. */
  VfsPath absolute(VfsPath path) {
    return path.rebase(VfsPath.ROOT, inbox);
  }

  /** A file's name in jobs: its path without the leading slash. */
  static String source(VfsPath path) {
    return path.toString().substring(1);
  }

  /** Whether a regular file exists. */
  boolean isThere(VfsPath path) throws FsException {
    try {
      return stat(path).type() == FileType.REGULAR;
    } catch (FsException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
        return false;
      }
      throw e;
    }
  }

  /** Whether a regular file exists, or may exist because that cannot be found out. */
  boolean mayBeThere(VfsPath path) {
    try {
      return isThere(path);
    } catch (FsException e) {
      warn("it is unknown whether the file inbox" + path + " exists", e);
      return true;
    }
  }

  FileAttributes stat(VfsPath path) throws FsException {
    return files.stat(absolute(path));
  }

  /** Whether another host is writing a file, or one below a directory. */
  boolean isWrittenElsewhere(VfsPath path) throws FsException {
    SharedJobs shared = spool.store().shared();
    return shared != null && shared.isWrittenElsewhere(source(path));
  }

  /** Whether other hosts see the same inbox. */
  boolean isShared() {
    return spool.store().shared() != null;
  }

  /** The state of a file that is being written or settles; null if there is none. */
  @Nullable InboxFile find(VfsPath path) {
    return open.get(path);
  }

  /** The state of a file, created if there is none. */
  InboxFile obtain(VfsPath path) {
    return open.computeIfAbsent(path, key -> new InboxFile(key, eligibility.isEligible(key)));
  }

  /** The state of a file, created if there is none, with one more writer. */
  InboxFile obtainForWriting(VfsPath path, long size) {
    return open.compute(
        path,
        (key, known) -> {
          InboxFile found = known == null ? new InboxFile(key, eligibility.isEligible(key)) : known;
          synchronized (found) {
            if (found.writers++ == 0) {
              found.size = size;
            }
          }
          return found;
        });
  }

  /** Removes and returns the state of a file whose name changes; null if there is none. */
  @Nullable InboxFile take(VfsPath path) {
    return open.remove(path);
  }

  /** Adds the state of a file under its new name. The caller holds its monitor. */
  void put(InboxFile file) {
    open.put(file.path, file);
  }

  void forgetIfIdle(InboxFile file) {
    open.computeIfPresent(
        file.path,
        (key, known) -> {
          synchronized (known) {
            return known == file && known.isIdle() ? null : known;
          }
        });
  }

  /** A snapshot of all states. */
  List<InboxFile> all() {
    return List.copyOf(open.values());
  }

  /** Records in the store that a file is being written. The caller holds its monitor. */
  void mark(InboxFile file) throws FsException {
    if (!file.marked && file.eligible && !file.detached) {
      try {
        spool.store().unfinished(file.source(), true);
      } catch (FsException e) {
        withdraw(file, e);
        throw e;
      }
      file.marked = true;
    }
  }

  /** The mark may be stored all the same, and would keep other hosts from sending the file. */
  private void withdraw(InboxFile file, FsException cause) {
    try {
      spool.store().interrupted(file.source());
    } catch (FsException e) {
      cause.addSuppressed(e);
    }
  }

  /**
   * If the file is incomplete and has no writer any more, the record stays, but other hosts, to
   * which the client may upload the whole file, need not wait. The caller holds the file's monitor.
   */
  void interrupted(InboxFile file) throws FsException {
    if (file.marked && file.incomplete && file.writers == 0 && isShared()) {
      spool.store().interrupted(file.source());
      file.marked = false;
    }
  }

  /**
   * Removes the record that the file is being written from the store. The caller holds the file's
   * monitor.
   */
  void unmark(InboxFile file) throws FsException {
    if (file.marked || (file.incomplete && isShared())) {
      spool.store().unfinished(file.source(), false);
      file.marked = false;
    }
  }

  /** Releases the quota of a file that has no writer. The caller holds its monitor. */
  void releaseIfUnused(InboxFile file) {
    if (file.taken >= 0 && file.writers == 0) {
      spool.quota().release(file.taken);
      file.taken = -1;
    }
  }

  /** An action on a file or a directory. */
  @FunctionalInterface
  interface Action {
    /** Performs the action. */
    void run() throws FsException;
  }

  /**
   * Performs an action at startup. Logs a failure, so that the other files are not affected.
   *
   * @throws FsException if the database is damaged, which affects all files
   */
  void tolerating(String what, Action action) throws FsException {
    try {
      action.run();
    } catch (FsException e) {
      if (DatabaseDamage.isCauseOf(e)) {
        throw e;
      }
      leftOut(what, e);
    } catch (RuntimeException e) {
      leftOut(what, e);
    }
  }

  /** Logs that a file or directory is left out at startup. */
  void leftOut(String what, Exception e) {
    log.log(
        System.Logger.Level.WARNING,
        what + " is left out at startup: " + Reason.of(e),
        Reason.mistake(e));
  }

  void warn(String what, FsException e) {
    log.log(System.Logger.Level.WARNING, what + ": " + e.getMessage(), e.getCause());
  }
}
