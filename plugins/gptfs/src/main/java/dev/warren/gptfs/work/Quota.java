package dev.warren.gptfs.work;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.gptfs.config.Limits;

/**
 * How many jobs, and how many bytes of them, wait or run. What cannot be taken is refused while the
 * client still listens, at open or write. Thread-safe.
 */
public final class Quota {
  private final Limits limits;
  private int jobs;
  private long bytes;
  private int jobsElsewhere;
  private long bytesElsewhere;
  private boolean refusing;

  /** Nothing taken yet. */
  public Quota(Limits limits) {
    this.limits = limits;
  }

  /**
   * Takes a place.
   *
   * @throws FsException EDQUOT if there is none, EAGAIN while nothing new is taken
   */
  public synchronized void takeJob() throws FsException {
    if (refusing) {
      throw new FsException(Errno.EAGAIN, "draining: nothing new is taken");
    }
    int all = jobs + jobsElsewhere;
    if (all >= limits.queued()) {
      throw new FsException(Errno.EDQUOT, "max_queued: " + all + " jobs wait already");
    }
    jobs++;
  }

  /** What no host has taken yet, where hosts share the jobs, as was counted a moment ago. */
  synchronized void elsewhere(int jobCount, long byteCount) {
    jobsElsewhere = jobCount;
    bytesElsewhere = byteCount;
  }

  /**
   * Takes bytes.
   *
   * @throws FsException EDQUOT if there are not so many
   */
  public synchronized void takeBytes(long count) throws FsException {
    long all = bytes + bytesElsewhere;
    if (count > limits.queuedBytes() - all) {
      throw new FsException(Errno.EDQUOT, "max_queued_bytes: " + all + " bytes wait already");
    }
    bytes += count;
  }

  /**
   * Whether a place with so many bytes could be taken now.
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

  /** Takes what was promised by an earlier process. */
  public synchronized void force(long count) {
    jobs++;
    bytes += count;
  }

  /** Gives a place and its bytes back. */
  public synchronized void release(long count) {
    jobs--;
    bytes -= count;
  }

  /** Gives bytes back. */
  public synchronized void releaseBytes(long count) {
    bytes -= count;
  }

  /** Whether nothing new is taken. */
  public synchronized void refuse(boolean all) {
    refusing = all;
  }

  /** Whether {@link #refuse} holds. */
  public synchronized boolean isRefusing() {
    return refusing;
  }

  /** Places taken. */
  public synchronized int jobs() {
    return jobs;
  }

  /** Bytes taken. */
  public synchronized long bytes() {
    return bytes;
  }
}
