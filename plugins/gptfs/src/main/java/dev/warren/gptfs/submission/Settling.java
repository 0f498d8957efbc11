package dev.warren.gptfs.submission;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobError;
import dev.warren.gptfs.memory.ContentMemory;
import dev.warren.gptfs.request.Overrides;
import dev.warren.gptfs.request.RequestBuilder;
import dev.warren.gptfs.store.Files;
import dev.warren.gptfs.store.JobStore.Promise;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Turns a file that has no writer any more into an accepted job, once it has settled. */
final class Settling {
  /** How often a file is checked again that another host is writing as well. */
  private static final Duration WRITTEN_ELSEWHERE = Duration.ofSeconds(1);

  /** The largest file, in bytes, that is checked for blank content when it is closed. */
  private static final int SMALL = 4096;

  /** A content is in memory three times: as read, as a request, and as a part of the job's row. */
  private static final long COPIES = 3;

  private final Watched watched;
  private final Overrides overrides;
  private volatile boolean closed;

  Settling(Watched watched) {
    this.watched = watched;
    overrides =
        new Overrides(
            watched.settings().prompt(),
            watched.settings().endpoints().keySet(),
            watched.isShared());
  }

  /** Lets a file settle if it is finished. The caller holds the file's monitor. */
  void evaluate(InboxFile file) throws FsException {
    if (file.writers > 0 || closed) {
      return;
    }
    if (file.detached || !file.eligible) {
      if (file.dirty && !file.incomplete && !file.detached) {
        watched.spool().tally().ignored();
      }
      file.dirty = false;
      file.incomplete = false;
      watched.releaseIfUnused(file);
    } else if (file.incomplete) {
      file.stopSettling();
      file.job = null;
      watched.releaseIfUnused(file);
      watched.interrupted(file);
      watched.spool().say(file.source(), "the upload was interrupted; waiting for the whole file");
    } else if (file.dirty) {
      finished(file);
    } else if (file.job != null) {
      settle(file);
    } else {
      watched.releaseIfUnused(file);
    }
  }

  private void finished(InboxFile file) throws FsException {
    FileAttributes attributes;
    try {
      attributes = watched.stat(file.path);
    } catch (FsException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
      removedElsewhere(file);
      return;
    }
    if (attributes.type() != FileType.REGULAR || isBlank(file, attributes)) {
      file.dirty = false;
      watched.unmark(file);
      if (file.job != null) {
        file.stopSettling();
        watched.spool().cancel(file.job, "the file is empty");
        file.job = null;
      }
      watched.releaseIfUnused(file);
      return;
    }
    if (file.taken < 0) {
      watched.spool().quota().force(0);
      file.taken = 0;
    }
    // If the file has grown by other means, this releases a negative number of bytes, which
    // acquires them.
    watched.spool().quota().releaseBytes(file.taken - attributes.size());
    file.taken = -1;
    // One transaction submits the file and removes its mark that it is being written: neither a
    // restart nor another host may find it in between.
    Job job =
        watched
            .spool()
            .invalidate(
                file.source(),
                attributes.size(),
                "waiting for the file to settle",
                file.synced ? Promise.POWER_AT_ONCE : Promise.PROCESS);
    file.marked = false;
    file.job = job;
    file.revision = job.record().revision();
    file.dirty = false;
    settle(file);
  }

  /** Another host has removed the file and its job while the file was being written here. */
  private void removedElsewhere(InboxFile file) throws FsException {
    file.detached = true;
    file.dirty = false;
    file.stopSettling();
    file.job = null;
    watched.unmark(file);
    watched.releaseIfUnused(file);
  }

  /** Whether a small file is blank. A large one is checked when it is read in full. */
  private boolean isBlank(InboxFile file, FileAttributes attributes) throws FsException {
    file.seen = null;
    if (attributes.size() == 0) {
      return true;
    }
    if (attributes.size() > SMALL) {
      return false;
    }
    try {
      byte[] content = Files.read(watched.files(), watched.absolute(file.path), SMALL);
      file.seen = new InboxFile.Seen(content, attributes);
      return RequestBuilder.isBlank(content);
    } catch (FsException e) {
      watched.warn("the file " + file.source() + " cannot be read for now", e);
      return false; // if it still cannot be read when it has settled, its job fails
    }
  }

  /** Starts the settling time. The caller holds the file's monitor. */
  void settle(InboxFile file) {
    file.stopSettling();
    Duration delay = file.renamedIn ? Duration.ZERO : watched.settings().settle();
    if (!delay.isZero()) {
      file.seen = null; // ten thousand files that settle must not fill the memory
    }
    file.settle = watched.timers().schedule(delay, () -> settled(file));
  }

  /** A settled content, which is to be accepted. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Taken(
      Job job, int revision, VfsPath path, byte[] content, FileAttributes attributes) {}

  /** Runs on one of the few timer threads, so that another thread waits for memory. */
  private void settled(InboxFile file) {
    try (ContentMemory.Charge memory = watched.memory().open()) {
      long needed = needed(file);
      if (memory.tryAdd(needed)) {
        settled(file, memory);
        return;
      }
    } catch (FsException e) {
      failed(file, e);
      return;
    } catch (RuntimeException | Error e) { // concerns this file; the others continue
      mistaken(file, e);
      return;
    }
    Thread.ofVirtual().name("gptfs-settle").start(() -> settleOnceThereIsRoom(file));
  }

  private void settleOnceThereIsRoom(InboxFile file) {
    try (ContentMemory.Charge memory = watched.memory().open()) {
      memory.add(needed(file));
      settled(file, memory);
    } catch (FsException e) {
      failed(file, e);
    } catch (RuntimeException | Error e) { // concerns this file; the others continue
      mistaken(file, e);
    }
  }

  private void mistaken(InboxFile file, Throwable e) {
    String what = "a bug in gptfs; please report it with what the host's log says: " + e;
    watched.warn("a finished file cannot be submitted", new FsException(Errno.EIO, what, e));
    Job job = giveUp(file);
    if (job != null) {
      fail(job, file.revision, JobError.local("internal", what));
    }
  }

  private void settled(InboxFile file, ContentMemory.Charge memory) throws FsException {
    Taken taken = take(file, memory);
    watched.forgetIfIdle(file);
    if (taken != null) {
      accept(taken);
    }
  }

  /** Bytes of memory that the content needs until it is accepted; 0 if it is not to be read. */
  private long needed(InboxFile file) throws FsException {
    synchronized (file) {
      return isSettled(file) ? COPIES * watched.stat(file.path).size() : 0;
    }
  }

  /** Reads the content; null if it cannot be accepted now. A file that has grown settles again. */
  private @Nullable Taken take(InboxFile file, ContentMemory.Charge memory) throws FsException {
    watched.structure().readLock().lock();
    try {
      synchronized (file) {
        Job job = file.job;
        if (job == null || !isSettled(file)) {
          return null;
        }
        if (file.waited && waits(file, job)) {
          return null; // otherwise the file would be read once a second
        }
        FileAttributes attributes = watched.stat(file.path);
        if (COPIES * attributes.size() > memory.held()) {
          settle(file);
          return null;
        }
        byte[] content = content(file, attributes);
        // Checked after reading: another host marks the file before it writes.
        if (waits(file, job)) {
          return null;
        }
        if (file.waited) {
          watched.spool().store().unfinished(file.source(), false); // the mark of a dead host
          file.waited = false;
        }
        file.job = null;
        file.settle = null;
        file.renamedIn = false;
        return new Taken(job, file.revision, file.path, content, attributes);
      }
    } finally {
      watched.structure().readLock().unlock();
    }
  }

  /**
   * Whether another host is writing the file; then it is checked again later. That host takes the
   * job over when it closes the file, but it may be dead. The caller holds the file's monitor.
   */
  private boolean waits(InboxFile file, Job job) throws FsException {
    if (!watched.isWrittenElsewhere(file.path)) {
      return false;
    }
    file.waited = !job.isRemoved();
    file.job = file.waited ? job : null; // null: that host has taken it over
    file.settle =
        file.waited ? watched.timers().schedule(WRITTEN_ELSEWHERE, () -> settled(file)) : null;
    return true;
  }

  /** Whether the file can be read; if not, it settles again once the obstacle is gone. */
  private static boolean isSettled(InboxFile file) {
    return file.job != null
        && !file.detached
        && file.writers == 0
        && !file.dirty
        && !file.incomplete;
  }

  private void accept(Taken taken) {
    try {
      VfsPath directory = watched.absolute(taken.path).parentOrRoot();
      watched
          .spool()
          .accept(
              taken.job,
              taken.revision,
              taken.content,
              taken.attributes,
              () -> overrides.of(watched.files(), watched.inbox(), directory));
    } catch (FsException e) {
      watched.spool().letGo(taken.job, e); // its status stays pending
    }
  }

  /** The content from when the file was closed; read again if it was changed on the host since. */
  private byte[] content(InboxFile file, FileAttributes attributes) throws FsException {
    InboxFile.Seen seen = file.seen;
    file.seen = null;
    if (seen != null && seen.isStill(attributes)) {
      return seen.content();
    }
    long limit = watched.settings().limits().forFile(file.path.name(), true);
    return Files.read(watched.files(), watched.absolute(file.path), limit);
  }

  private void failed(InboxFile file, FsException e) {
    if (closed) {
      return; // the failure may be due to that; the next start submits the file again
    }
    Job job = giveUp(file);
    if (job == null) {
      return;
    }
    if (e.errno() == Errno.EIO && watched.isShared()) {
      watched.spool().letGo(job, e);
    } else if (e.errno() == Errno.ENOENT) {
      cancel(job);
    } else {
      fail(job, file.revision, e.errno() == Errno.ENOMEM ? ContentMemory.error(e) : unreadable(e));
    }
  }

  /** The error of a job whose file cannot be read. */
  static JobError unreadable(FsException reason) {
    return JobError.local("unreadable", "the file cannot be read: " + reason.getMessage());
  }

  /** Stops settling after a failure; returns the job, or null if there is none any more. */
  private @Nullable Job giveUp(InboxFile file) {
    Job job;
    synchronized (file) {
      job = file.job;
      file.job = null;
    }
    watched.forgetIfIdle(file);
    return job;
  }

  private void cancel(Job job) {
    try {
      boolean _ = watched.spool().cancel(job, "the file was removed");
    } catch (FsException e) {
      watched.warn("a job cannot be cancelled", e);
    }
  }

  private void fail(Job job, int revision, JobError error) {
    try {
      watched.spool().fail(job, revision, error);
    } catch (FsException e) {
      watched.warn("a job cannot be failed", e);
    }
  }

  /**
   * Submits a file as if it had just been written.
   *
   * @param renamedIn whether it need not settle
   * @param moved whether its job has moved along with it
   */
  void submit(VfsPath path, boolean renamedIn, boolean moved) throws FsException {
    InboxFile file = watched.obtain(path);
    synchronized (file) {
      file.renamedIn = renamedIn;
      file.incomplete = false;
      if (moved && file.job != null && !file.dirty) {
        if (file.writers == 0) {
          settle(file);
        }
        return;
      }
      file.dirty = true;
      if (file.writers > 0) {
        watched.mark(file);
      }
      evaluate(file);
    }
    watched.forgetIfIdle(file);
  }

  boolean isClosed() {
    return closed;
  }

  /** Stops all settling; the next start submits these files again. */
  void close() {
    closed = true;
    for (InboxFile file : watched.all()) {
      synchronized (file) {
        file.stopSettling();
      }
    }
  }
}
