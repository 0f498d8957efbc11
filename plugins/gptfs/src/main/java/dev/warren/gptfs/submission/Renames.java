package dev.warren.gptfs.submission;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.store.JobStore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Applies removals and renames in the inbox to jobs. */
final class Renames {
  private final Watched watched;
  private final Settling settling;
  private final Scan scan;

  Renames(Watched watched, Settling settling, Scan scan) {
    this.watched = watched;
    this.settling = settling;
    this.scan = scan;
  }

  /** A name was removed. The caller holds the structure lock for writing. */
  void removed(VfsPath path) throws FsException {
    detach(path);
    Job job = watched.spool().bySource(Watched.source(path));
    if (job == null) {
      return;
    }
    if (job.record().state() == JobState.PURGED) {
      watched.spool().purge(job, false);
    } else if (!job.record().state().isEnded()) {
      cancelLater(path, job);
    }
  }

  /** Separates an open file from its name, which was removed or is given to another file. */
  private void detach(VfsPath path) throws FsException {
    InboxFile file = watched.take(path);
    if (file == null) {
      return;
    }
    synchronized (file) {
      file.detached = true;
      file.stopSettling();
      file.job = null;
      watched.unmark(file);
      watched.releaseIfUnused(file);
    }
  }

  /**
   * Cancels a job after the settling time, unless its file is replaced by then: editors and lftp
   * remove a file before they put another in its place.
   */
  private void cancelLater(VfsPath path, Job job) {
    int revision = job.record().revision();
    watched
        .timers()
        .schedule(
            watched.settings().settle(),
            () -> {
              watched.structure().readLock().lock();
              try {
                cancel(path, job, revision);
              } catch (FsException e) {
                watched.warn("a job cannot be cancelled", e);
              } finally {
                watched.structure().readLock().unlock();
              }
            });
  }

  /** If another host takes the job meanwhile, another object represents it: that is cancelled. */
  private void cancel(VfsPath path, Job job, int revision) throws FsException {
    Job now = job;
    while (true) {
      if (now.isRemoved()) {
        now = watched.spool().bySource(Watched.source(path));
      }
      if (now == null || isReplaced(path, now, revision) || settling.isClosed()) {
        return;
      }
      try {
        if (watched.spool().cancel(now, "the file was removed") || !now.isRemoved()) {
          return; // cancelled, or ended already
        }
      } catch (JobStore.LostJobException _) {
        // this object of the job is lost, so the job is looked up again
      }
    }
  }

  private boolean isReplaced(VfsPath path, Job job, int revision) throws FsException {
    JobRecord record = job.record();
    return watched.find(path) != null
        || record.revision() != revision
        || !record.source().equals(Watched.source(path))
        || (record.state() != JobState.SETTLING && watched.isThere(path));
  }

  /**
   * Checks a file or directory that is about to be renamed.
   *
   * @throws FsException EBUSY if another host is writing it; ENAMETOOLONG, EINVAL, EFBIG, EDQUOT or
   *     EAGAIN if it would be sent under its new name and cannot be
   */
  void check(VfsPath from, VfsPath to, FileAttributes attributes) throws FsException {
    if (watched.isWrittenElsewhere(from)) {
      throw new FsException(Errno.EBUSY, from + " is being written on another host");
    }
    if (!attributes.isDirectory()) {
      checkFile(from, to, attributes);
    }
  }

  private void checkFile(VfsPath from, VfsPath to, FileAttributes attributes) throws FsException {
    if (!watched.eligibility().isEligible(to)) {
      return;
    }
    Eligibility.checkName(to);
    watched.settings().limits().checkFile(to, attributes.size());
    InboxFile file = watched.find(from);
    Job old = watched.spool().bySource(Watched.source(from));
    boolean hasPlace =
        (file != null && file.taken >= 0) || (old != null && !old.record().state().isEnded());
    if (!hasPlace) { // acquired on submission; the structure lock keeps the slot free until then
      watched.spool().quota().checkPlace(attributes.size());
    }
  }

  /** A file was renamed. The caller holds the structure lock for writing. */
  void renamed(VfsPath from, VfsPath to) throws FsException {
    detach(to);
    boolean ran = watched.eligibility().isEligible(from);
    boolean runs = watched.eligibility().isEligible(to);
    InboxFile file = watched.take(from);
    if (file != null) {
      synchronized (file) {
        watched.unmark(file);
        file.path = to;
        file.eligible = runs;
        watched.put(file);
      }
    }
    if (!runs) {
      if (ran) {
        leave(from, file);
      }
      return;
    }
    boolean moved = ran && watched.spool().move(Watched.source(from), Watched.source(to));
    if (ran && file != null && file.incomplete) {
      synchronized (file) {
        watched.mark(file);
        watched.interrupted(file);
      }
      return; // the file is incomplete under its new name, too
    }
    boolean settles = file != null && (file.job != null || file.dirty);
    if (moved && !settles) {
      return; // the job of the accepted content continues under the new name
    }
    settling.submit(to, !ran, moved);
  }

  private void leave(VfsPath from, @Nullable InboxFile file) throws FsException {
    if (file != null) {
      synchronized (file) {
        file.stopSettling();
        file.job = null;
        file.incomplete = false;
        watched.releaseIfUnused(file);
      }
      watched.forgetIfIdle(file);
    }
    Job job = watched.spool().bySource(Watched.source(from));
    if (job != null && !job.record().state().isEnded()) {
      cancelLater(from, job);
    } else if (job != null && job.record().state() == JobState.PURGED) {
      watched.spool().purge(job, false);
    }
  }

  /** A directory was renamed. The caller holds the structure lock for writing. */
  void directoryRenamed(VfsPath from, VfsPath to) throws FsException {
    for (InboxFile known : watched.all()) {
      if (known.path.startsWith(from) && !known.path.equals(from)) {
        InboxFile file = watched.take(known.path);
        if (file != null) {
          moveWithDirectory(file, from, to);
        }
      }
    }
    for (Job job : List.copyOf(watched.spool().below(Watched.source(from)))) {
      VfsPath old = VfsPath.ROOT.resolveText(job.record().source());
      VfsPath path = old.rebase(from, to);
      if (!watched.eligibility().isEligible(path)) {
        leave(old, watched.find(path));
      } else if (!watched.spool().move(job.record().source(), Watched.source(path))) {
        watched.spool().moveWithDirectory(job, Watched.source(path));
      }
    }
    scan.submitUnknown(to);
  }

  private void moveWithDirectory(InboxFile file, VfsPath from, VfsPath to) throws FsException {
    synchronized (file) {
      watched.unmark(file);
      file.path = file.path.rebase(from, to);
      file.eligible = watched.eligibility().isEligible(file.path);
      if (file.dirty || file.incomplete) {
        watched.mark(file);
        watched.interrupted(file);
      }
      watched.put(file);
    }
  }
}
