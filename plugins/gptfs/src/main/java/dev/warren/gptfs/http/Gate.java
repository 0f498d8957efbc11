package dev.warren.gptfs.http;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Paces all workers that call one endpoint. After a 429 no call begins until the pause is over;
 * then the limit is one call at a time, and grows by half, rounded up, with each success.
 * Thread-safe. Times are those of a monotonic clock.
 *
 * <p>A call may end long after the gate has changed, and its result is then out of date: a success
 * counts only if the gate was neither closed nor reopened since the call began, a failure closes
 * the gate only if it was not reopened since.
 *
 * <p>Comparing jobs shows whether a job or the endpoint is to blame. The gate remembers which jobs
 * have failed since the last success: a job that fails again after another one's success is itself
 * to blame; if several fail and none succeeds, the endpoint is.
 */
public final class Gate {
  /** If this many different jobs fail and none succeeds, the endpoint is to blame. */
  public static final int SEVERAL = 3;

  /** How many jobs are remembered; more would change no decision. */
  private static final int MAX_REMEMBERED = 1000;

  private final int workers;
  private final Duration probeInterval;
  private final Set<Object> failed = new LinkedHashSet<>();
  private final Set<Object> doubtful = new LinkedHashSet<>();
  private int limit;
  private int running;
  private int outages;
  private Instant pausedUntil = Instant.MIN;
  private @Nullable String held;
  private Instant probeAt = Instant.MAX;
  private long changes;
  private long reopened;
  private long lessons;

  /**
   * An open gate.
   *
   * @param workers the limit of concurrent calls
   * @param probeInterval how often a held endpoint is probed
   */
  public Gate(int workers, Duration probeInterval) {
    this.workers = workers;
    this.probeInterval = probeInterval;
    limit = workers;
  }

  /** Admits a call; null if it has to wait. A held gate admits one call at a time, as a probe. */
  public synchronized @Nullable Pass tryEnter(Instant now) {
    boolean closed =
        held != null
            ? running > 0 || now.isBefore(probeAt)
            : running >= limit || now.isBefore(pausedUntil);
    if (closed) {
      return null;
    }
    running++;
    return new Pass(changes);
  }

  /**
   * A pass for reporting what another host, or a call of an earlier process, has shown. It takes no
   * slot, so it must not {@link Pass#leave}.
   */
  public synchronized Pass observe() {
    return new Pass(changes);
  }

  /**
   * An admitted call. It takes a slot until it {@link #leave}s, and reports its result to the gate,
   * perhaps later.
   */
  public final class Pass {
    private final long since;
    private final long lessonsBefore = lessons;

    private Pass(long since) {
      this.since = since;
    }

    /** The call has ended, whatever its result. */
    public void leave() {
      synchronized (Gate.this) {
        running--;
      }
    }

    /** Whether the gate was reopened since the call began: the cause of a failure may be gone. */
    public boolean isOverruled() {
      synchronized (Gate.this) {
        return since < reopened;
      }
    }

    /** The call has succeeded. Ignored if the gate was closed or reopened since the call began. */
    public void succeeded() {
      synchronized (Gate.this) {
        lessons++;
        if (since == changes) {
          held = null;
          outages = 0;
          failed.clear();
          doubtful.clear();
          limit = Math.min(workers, limit + (limit + 1) / 2);
        }
      }
    }

    /**
     * The call has failed, and the endpoint may be the reason.
     *
     * @param job the job that made the call
     * @return whether the failure says something about the job: it is the job's first since the
     *     last success
     */
    public boolean failed(Object job) {
      synchronized (Gate.this) {
        return remember(failed, job);
      }
    }

    /** How many different jobs have failed since the last success. */
    public int failures() {
      synchronized (Gate.this) {
        return failed.size();
      }
    }

    /**
     * The call was refused, because of the job or of the account.
     *
     * @return how many different jobs were refused so since the last success
     */
    public int doubted(Object job) {
      synchronized (Gate.this) {
        remember(doubtful, job);
        return doubtful.size();
      }
    }

    /**
     * The endpoint could not serve.
     *
     * @return how many outages in a row, this one included; calls that were in flight together
     *     count once
     */
    public int outage() {
      synchronized (Gate.this) {
        outages += since == changes ? 1 : 0;
        return Math.max(1, outages);
      }
    }

    /** No call begins before a time; after it, one call at a time. */
    public void pause(Instant until) {
      synchronized (Gate.this) {
        if (!isOverruled()) {
          lessons++;
          changes++;
          pausedUntil = max(pausedUntil, until);
          probeAt = held == null ? probeAt : max(probeAt, until);
          limit = 1;
        }
      }
    }

    /** The endpoint's rate limit is used up: no call begins before a time. Not a failure. */
    public void rest(Instant until) {
      synchronized (Gate.this) {
        if (!isOverruled()) {
          lessons++;
          pausedUntil = max(pausedUntil, until);
        }
      }
    }

    /**
     * Holds the endpoint: no call begins, except one that probes the endpoint from time to time.
     *
     * @param reason shown for all jobs, so it must not quote the response to one of them
     * @param atLeast how long the endpoint asks not to be called; null for the probe interval,
     *     which is the minimum
     */
    public void hold(String reason, Instant now, @Nullable Duration atLeast) {
      holdUntil(reason, now.plus(atLeast == null ? probeInterval : max(probeInterval, atLeast)));
    }

    /** Holds the endpoint; the next probe may be sooner than the probe interval. */
    public void holdUntil(String reason, Instant next) {
      synchronized (Gate.this) {
        if (!isOverruled()) {
          lessons++;
          changes++;
          probeAt = held == null ? next : max(probeAt, next);
          held = reason;
          limit = 1;
        }
      }
    }

    /**
     * Reports that another host has found that the endpoint does not serve, perhaps a while ago.
     *
     * @param next when one of the hosts may probe it
     * @param times how often in a row it could not serve
     * @return false, with nothing changed, if a call of this host has reported something since this
     *     pass was issued
     */
    public boolean heldElsewhere(String reason, Instant next, int times) {
      synchronized (Gate.this) {
        if (lessons != lessonsBefore) {
          return false;
        }
        if (held == null) {
          changes++; // results of calls from before are older; later calls of this host still count
          limit = 1;
        }
        held = reason;
        probeAt = next;
        outages = Math.max(outages, times);
        return true;
      }
    }

    /**
     * Reports that another host has found that the endpoint serves again, or has opened the gate.
     */
    public boolean openElsewhere() {
      synchronized (Gate.this) {
        if (lessons != lessonsBefore) {
          return false;
        }
        reopen();
        return true;
      }
    }
  }

  private static boolean remember(Set<Object> jobs, Object job) {
    boolean isNew = jobs.add(job);
    if (jobs.size() > MAX_REMEMBERED) {
      jobs.remove(jobs.iterator().next());
    }
    return isNew;
  }

  /** Opens the gate now, whether it was held or paused. */
  public synchronized void reopen() {
    lessons++;
    changes++;
    reopened = changes;
    held = null;
    pausedUntil = Instant.MIN;
    limit = workers;
    outages = 0;
    failed.clear();
    doubtful.clear();
  }

  /** Whether a job has failed since the last success: another job is the better probe. */
  public synchronized boolean hasFailed(Object job) {
    return failed.contains(job) || doubtful.contains(job);
  }

  /** Why the endpoint is held; null if it is not. */
  public synchronized @Nullable String heldBecause() {
    return held;
  }

  /** Whether the endpoint is held and a call may probe it now. */
  public synchronized boolean isProbeDue(Instant now) {
    return held != null && running == 0 && !now.isBefore(probeAt);
  }

  /** Whether no call begins because of a pause; false while the endpoint is held. */
  public synchronized boolean isPaused(Instant now) {
    return held == null && now.isBefore(pausedUntil);
  }

  /** When the pause ends or the next probe is due; null if that time has passed. */
  public synchronized @Nullable Instant closedUntil(Instant now) {
    Instant until = held != null ? probeAt : pausedUntil;
    return now.isBefore(until) ? until : null;
  }

  /** How often in a row the endpoint could not serve. */
  public synchronized int outages() {
    return outages;
  }

  /** The number of in-flight calls. */
  public synchronized int running() {
    return running;
  }

  private static <T extends Comparable<? super T>> T max(T a, T b) {
    return a.compareTo(b) > 0 ? a : b;
  }
}
