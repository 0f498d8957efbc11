package dev.warren.gptfs.work;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobError;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.Tries;
import dev.warren.gptfs.publish.Names;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes up what an earlier process left. Runs once, before anybody else knows of the spool. */
public final class Recovery {
  /** The kind of error of a job whose call ran when the host died. */
  static final String UNKNOWN = "unknown_outcome";

  private final Spool spool;
  private final Services services;
  private final FileSystem files;
  private final VfsPath outbox;

  /**
   * Prepares it.
   *
   * @param files the file system that holds the outbox
   */
  public Recovery(Spool spool, FileSystem files, VfsPath outbox) {
    this.spool = spool;
    this.files = files;
    this.outbox = outbox;
    services = spool.services();
  }

  /**
   * Fills the table from the journal.
   *
   * @return the jobs that are to go on, the oldest first; see {@link #resume}
   */
  public List<Job> load(List<byte[]> descriptions) throws FsException {
    List<JobRecord> records = new ArrayList<>();
    for (byte[] description : descriptions) {
      records.add(JobRecord.decode(description));
    }
    records.sort(Comparator.comparing(JobRecord::id));
    List<Job> open = new ArrayList<>();
    for (JobRecord record : records) {
      Job job = services.table().add(record);
      switch (record.state()) {
        case QUEUED, ACTIVE, ANSWERED, HELD, SETTLING -> {
          hold(job);
          open.add(job);
        }
        case FAILED, CANCELLED -> {
          if (isStatusOlder(record)) {
            show(job);
          }
        }
        case COMPLETED, PURGED -> {}
      }
    }
    open.sort(
        Comparator.comparing(
            job -> job.record().queuedAt(), Comparator.nullsLast(Comparator.naturalOrder())));
    return open;
  }

  private void hold(Job job) {
    long bytes = job.record().input().bytes();
    services.quota().force(bytes);
    job.lock().lock();
    try {
      job.heldBytes(bytes);
    } finally {
      job.lock().unlock();
    }
  }

  /** A crash between the journal's last word and the outbox's: nobody was told yet. */
  private boolean isStatusOlder(JobRecord record) throws FsException {
    Instant ended = record.finishedAt();
    if (record.acknowledged() || ended == null) {
      return false;
    }
    try {
      Instant shown = files.stat(Names.STATUS.path(outbox, record.base())).modifyTime();
      // Times of files may be coarser than ours by a few milliseconds.
      return shown.plusMillis(20).isBefore(ended);
    } catch (FsException e) {
      if (e.errno() == Errno.ENOENT) {
        return true;
      }
      throw e;
    }
  }

  private void show(Job job) {
    job.lock().lock();
    try {
      spool.steps().show(job, null);
    } finally {
      job.lock().unlock();
    }
  }

  /** Lets one of {@link #load}'s jobs go on, if its file is still there. */
  public void resume(Job job) throws FsException {
    job.lock().lock();
    try {
      JobRecord record = job.record();
      switch (record.state()) {
        case QUEUED -> spool.enqueue(job);
        case ACTIVE -> unknown(job, record);
        case ANSWERED -> spool.steps().publish(job);
        case HELD -> {
          @Nullable JobError error = record.error();
          if (error == null || !error.kind().equals(UNKNOWN)) {
            spool.enqueue(job);
          }
        }
        case SETTLING, COMPLETED, FAILED, CANCELLED, PURGED -> {}
      }
    } finally {
      job.lock().unlock();
    }
  }

  private void unknown(Job job, JobRecord record) throws FsException {
    Tries tries = record.tries();
    Tries flagged =
        new Tries(tries.attempts(), Math.max(0, tries.here() - 1), tries.ambiguous(), true, null);
    JobError error =
        new JobError(
            UNKNOWN,
            null,
            null,
            null,
            "the host ended while the call was running; it may have been answered and billed",
            true,
            null);
    switch (services.settings().onUnknown()) {
      case RETRY -> {
        spool
            .steps()
            .keep(
                job,
                record.requeued(flagged, record.endpoint(), "called again after a restart", null));
        spool.enqueue(job);
      }
      case FAIL -> spool.steps().fail(job, error);
      case HOLD -> {
        spool.steps().keep(job, record.held(flagged, error.message(), error));
        spool.steps().show(job, null);
      }
    }
  }
}
