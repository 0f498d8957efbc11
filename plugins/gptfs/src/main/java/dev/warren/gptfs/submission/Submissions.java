package dev.warren.gptfs.submission;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.gptfs.config.Settings;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobError;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.memory.ContentMemory;
import dev.warren.gptfs.request.Overrides;
import dev.warren.gptfs.time.Timers;
import dev.warren.gptfs.work.Spool;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a file in the inbox is finished: it was changed, is not blank, has no open writer,
 * its last writer closed it and was not lost, and it stayed unchanged for the settling time.
 */
public final class Submissions {
  private final Watched watched;
  private final Settling settling;
  private final Renames renames;
  private final Scan scan;

  /**
   * Watches an inbox.
   *
   * @param files the file system that holds it
   * @param inbox the path of the inbox in that file system
   */
  public Submissions(
      FileSystem files,
      VfsPath inbox,
      Settings settings,
      Spool spool,
      Timers timers,
      ContentMemory memory,
      System.Logger log) {
    watched = new Watched(files, inbox, settings, spool, timers, memory, log);
    settling = new Settling(watched);
    scan = new Scan(watched, settling);
    renames = new Renames(watched, settling, scan);
  }

  /**
   * Held for reading while files are opened, closed and submitted; for writing while names change.
   */
  ReentrantReadWriteLock structure() {
    return watched.structure();
  }

  Eligibility eligibility() {
    return watched.eligibility();
  }

  Renames renames() {
    return renames;
  }

  /**
   * A file is being opened for writing. The caller holds the structure lock.
   *
   * @param size its current size; 0 if it is created
   * @throws FsException EDQUOT if the quota has no slot for one more job, EAGAIN while draining
   */
  InboxFile opened(VfsPath path, long size) throws FsException {
    InboxFile file = watched.obtainForWriting(path, size);
    try {
      synchronized (file) {
        takePlace(file);
      }
    } catch (FsException e) {
      forgetWriter(file);
      throw e;
    }
    return file;
  }

  private void takePlace(InboxFile file) throws FsException {
    if (file.eligible && file.taken < 0) {
      Job job = watched.spool().bySource(file.source());
      if (job != null && !job.record().state().isEnded()) {
        return; // the new content takes over the old one's slot
      }
      watched.spool().quota().takeJob();
      file.taken = 0;
    }
  }

  /** The open has failed. The caller holds the structure lock. */
  void forgetWriter(InboxFile file) {
    synchronized (file) {
      file.writers--;
      watched.releaseIfUnused(file);
    }
    watched.forgetIfIdle(file);
  }

  /**
   * A writer is about to change the file: the store records that its content may be incomplete.
   *
   * @param newSize the least size that it will have
   * @throws FsException EFBIG, EDQUOT
   */
  void changing(InboxFile file, long newSize) throws FsException {
    synchronized (file) {
      if (newSize > file.size) {
        long limit = watched.settings().limits().forFile(file.path.name(), file.eligible);
        if (newSize > limit) {
          throw new FsException(Errno.EFBIG, "more than " + limit + " bytes");
        }
        if (file.taken >= 0 && newSize > file.taken && !file.detached) {
          watched.spool().quota().takeBytes(newSize - file.taken);
          file.taken = newSize;
        }
        file.size = newSize;
      }
      watched.mark(file);
      file.dirty = true;
    }
  }

  /** A writer may be about to change the file: the store records it in advance. */
  void announce(InboxFile file) throws FsException {
    synchronized (file) {
      watched.mark(file);
      file.announced++;
    }
  }

  /** The announced change has ended; if nothing was changed, the record is removed. */
  void announced(InboxFile file) throws FsException {
    synchronized (file) {
      if (--file.announced == 0 && !file.dirty) {
        watched.unmark(file);
      }
    }
  }

  /** The file was truncated or extended to a size. */
  void resized(InboxFile file, long newSize) {
    synchronized (file) {
      file.size = newSize;
    }
  }

  /**
   * A writer has closed the file, or was lost. The caller holds the structure lock for reading.
   *
   * @param changed whether that writer has changed it
   * @param lost whether it was lost
   * @param synced whether it has synced all its changes
   */
  void closed(InboxFile file, boolean changed, boolean lost, boolean synced) throws FsException {
    synchronized (file) {
      file.writers--;
      if (changed) {
        file.incomplete = lost;
        file.synced = synced;
      }
      try {
        settling.evaluate(file);
      } catch (FsException e) {
        failed(file);
        throw e;
      }
    }
    watched.forgetIfIdle(file);
    if (changed && !lost) {
      configured(file.path);
    }
  }

  /** The client gets an error, and may upload the file again to another host. */
  private void failed(InboxFile file) throws FsException {
    if (watched.isShared() && file.writers == 0 && file.dirty) {
      file.incomplete = true;
      watched.interrupted(file);
    }
  }

  /**
   * A file was added, removed or changed. If it is a {@code _config.yaml}, files that failed
   * because of such a file are submitted again. The caller holds the structure lock.
   */
  void configured(VfsPath path) throws FsException {
    if (!Overrides.isFile(path.name())) {
      return;
    }
    VfsPath directory = path.parentOrRoot();
    String below = directory.isRoot() ? "" : Watched.source(directory);
    for (String source : watched.spool().ended(JobState.FAILED, below)) {
      VfsPath file = VfsPath.ROOT.resolveText(source);
      if (failedBecauseOfIt(watched.spool().bySource(source)) && watched.isThere(file)) {
        settling.submit(file, true, false);
      }
    }
  }

  private static boolean failedBecauseOfIt(@Nullable Job job) {
    JobError error = job == null ? null : job.record().error();
    return job != null
        && job.record().state() == JobState.FAILED
        && error != null
        && error.kind().equals(Overrides.KIND);
  }

  /**
   * Submits, at startup, the files of the inbox that were added or changed since the last shutdown.
   * A file or directory that fails is logged and left out.
   *
   * @param unfinished files that were being written when the host ended
   * @param open the jobs that have not ended
   * @return eligible files that exist, under their names in jobs; not those of directories that
   *     cannot be listed
   * @throws FsException EIO if even the inbox cannot be listed because the file system has failed
   */
  public Set<String> rescan(Iterable<String> unfinished, Collection<Job> open) throws FsException {
    return scan.rescan(unfinished, open);
  }

  /** Whether a regular file exists. */
  public boolean isThere(String source) throws FsException {
    return watched.isThere(VfsPath.ROOT.resolveText(source));
  }

  /** Submits, at startup, the file of a job that was settling, if the scan has not found it. */
  public void settle(Job job) throws FsException {
    VfsPath path = VfsPath.ROOT.resolveText(job.record().source());
    if (watched.find(path) != null) {
      return;
    }
    try {
      settling.submit(path, false, false);
    } catch (FsException e) {
      watched.spool().fail(job, job.record().revision(), Settling.unreadable(e));
    }
  }

  /** Whether a regular file exists, or may exist because that cannot be found out. */
  public boolean mayBeThere(String source) throws FsException {
    return watched.mayBeThere(VfsPath.ROOT.resolveText(source));
  }

  /**
   * Submits a file again with its current content.
   *
   * @throws FsException ENOENT if it does not exist
   */
  public void resubmit(String source) throws FsException {
    structure().readLock().lock();
    try {
      VfsPath path = VfsPath.ROOT.resolveText(source);
      if (!watched.isThere(path)) {
        throw new FsException(Errno.ENOENT, path);
      }
      settling.submit(path, true, false);
    } finally {
      structure().readLock().unlock();
    }
  }

  /** The files that have no job and are not being written. */
  public Set<VfsPath> unknown() throws FsException {
    return Set.copyOf(scan.unknown(VfsPath.ROOT));
  }

  /** Submits those of the candidates that still have no job and are not being written. */
  public void submitUnknown(Set<VfsPath> candidates) throws FsException {
    structure().readLock().lock();
    try {
      for (VfsPath path : candidates) {
        if (watched.isThere(path) && scan.isUnknown(path)) {
          settling.submit(path, true, false);
        }
      }
    } finally {
      structure().readLock().unlock();
    }
  }

  /** The files whose upload was interrupted. */
  public List<String> incomplete() {
    return watched.all().stream().filter(file -> file.incomplete).map(InboxFile::source).toList();
  }

  /** Stops all settling; the next start submits these files again. */
  public void close() {
    settling.close();
  }
}
