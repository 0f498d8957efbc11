package dev.warren.gptfs.work;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.gptfs.config.Limits;

/**
 * Limits the number and the bytes of the jobs that have not ended. What exceeds a limit is refused
 * at open or write, where the client still gets the error. Thread-safe.
 */
public final class Quota {
  private final Limits limits;
  private int jobs;
  private long bytes;
  private int jobsElsewhere;
  private long bytesElsewhere;
  private boolean refusing;

  /** A quota with nothing acquired. */
  public Quota(Limits limits) {
    this.limits = limits;
  }

  /**
   * Acquires a slot for a job.
   *
   * @throws FsException EDQUOT if there is none, EAGAIN while all jobs are refused
   */
  public synchronized void takeJob() throws FsException {
    if (refusing) {
      throw new FsException(
          Errno.EAGAIN,
          "new files are refused since 'drain' was written to ctl; 'resume' ends that");
    }
    int all = jobs + jobsElsewhere;
    if (all >= limits.queued()) {
      throw new FsException(Errno.EDQUOT, "max_queued: " + all + " jobs wait already");
    }
    jobs++;
  }

  /** Sets the number and the bytes of the jobs that no host owns, as last counted. */
  synchronized void elsewhere(int jobCount, long byteCount) {
    jobsElsewhere = jobCount;
    bytesElsewhere = byteCount;
  }

  /**
   * Acquires bytes.
   *
   * @throws FsException EDQUOT if too few are left
   */
  public synchronized void takeBytes(long count) throws FsException {
    long all = bytes + bytesElsewhere;
    if (count > limits.queuedBytes() - all) {
      throw new FsException(Errno.EDQUOT, "max_queued_bytes: " + all + " bytes wait already");
    }
    bytes += count;
  }

  /**
   * Checks whether a slot with {@code count} bytes could be acquired now; acquires nothing.
   *
   * @throws FsException EDQUOT or EAGAIN if not
   */
  public synchronized void checkPlace(long count) throws FsException {
    takeJob();
    try {
      takeBytes(count);
      bytes -= count;
    } finally {
      jobs--;
    }
  }

  /** Acquires, even beyond the limits, a slot and bytes for a job that was accepted before. */
  public synchronized void force(long count) {
    jobs++;
    bytes += count;
  }

  /** Releases a slot and its bytes. */
  public synchronized void release(long count) {
    jobs--;
    bytes -= count;
  }

  /** Releases bytes. */
  public synchronized void releaseBytes(long count) {
    bytes -= count;
  }

  /** Sets whether all new jobs are refused. */
  public synchronized void refuse(boolean all) {
    refusing = all;
  }

  /** Whether all new jobs are {@linkplain #refuse refused}. */
  public synchronized boolean isRefusing() {
    return refusing;
  }

  /** The number of acquired slots. */
  public synchronized int jobs() {
    return jobs;
  }

  /** The number of acquired bytes. */
  public synchronized long bytes() {
    return bytes;
  }
}
