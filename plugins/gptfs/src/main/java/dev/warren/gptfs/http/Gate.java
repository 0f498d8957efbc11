package dev.warren.gptfs.http;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Paces all workers that call one endpoint. After a 429 nobody calls until the pause is over; then
 * one call at a time, and half as many again after each that succeeds. Thread-safe. Times are of a
 * clock that nobody sets.
 *
 * <p>Calls may end long after the gate has changed, and then know less than it does: good news
 * count if the gate was not closed since the call began, bad ones if nobody has opened it by hand.
 *
 * <p>Whose fault a failure is shows in company. The gate knows which jobs have failed since one has
 * passed: a job that fails again although another has passed meanwhile has itself to blame, several
 * that fail while none passes do not.
 */
public final class Gate {
  /** So many different jobs that fail while none passes are the endpoint's fault. */
  public static final int SEVERAL = 3;

  /** More names than that change nothing. */
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

  /**
   * An open gate.
   *
   * @param workers the most calls at the same time
   * @param probeInterval how often a held endpoint is tried
   */
  public Gate(int workers, Duration probeInterval) {
    this.workers = workers;
    this.probeInterval = probeInterval;
    limit = workers;
  }

  /** Lets a call through; null if it has to wait. A held gate lets one through at a time. */
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

  /** For news of a call from before, which ran while nobody was here; it takes no place. */
  public synchronized Pass observe() {
    return new Pass(changes);
  }

  /**
   * A call that was let through, until it {@link #leave}s; tells the gate what it has learnt,
   * perhaps later.
   */
  public final class Pass {
    private final long since;

    private Pass(long since) {
      this.since = since;
    }

    /** The call has ended, however. */
    public void leave() {
      synchronized (Gate.this) {
        running--;
      }
    }

    /** Whether somebody has opened the gate since the call began: what it met may be mended. */
    public boolean isOverruled() {
      synchronized (Gate.this) {
        return since < reopened;
      }
    }

    /** The call has succeeded. */
    public void succeeded() {
      synchronized (Gate.this) {
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
     * @param job whose call it was
     * @return whether that says something about the job: it is its first failure, or another job
     *     has passed since the last one
     */
    public boolean failed(Object job) {
      synchronized (Gate.this) {
        return remember(failed, job);
      }
    }

    /** How many different jobs have failed since one has passed. */
    public int failures() {
      synchronized (Gate.this) {
        return failed.size();
      }
    }

    /**
     * The call was refused with what may mean the job or the account.
     *
     * @return how many different jobs have met that since one has passed
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
     * @return how often that was so in a row, this time included; calls that ran together count
     *     once
     */
    public int outage() {
      synchronized (Gate.this) {
        outages += since == changes ? 1 : 0;
        return Math.max(1, outages);
      }
    }

    /** Nobody calls before a time. */
    public void pause(Instant until) {
      synchronized (Gate.this) {
        if (!isOverruled()) {
          changes++;
          pausedUntil = max(pausedUntil, until);
          limit = 1;
        }
      }
    }

    /** Nothing is left until a time, as the endpoint's own count has it; that is not a failure. */
    public void rest(Instant until) {
      synchronized (Gate.this) {
        if (!isOverruled()) {
          pausedUntil = max(pausedUntil, until);
        }
      }
    }

    /**
     * Nobody calls, but for one that tries from time to time.
     *
     * @param reason for everybody: what somebody's call was told must not be in it
     * @param atLeast how long the endpoint wants to be left alone; null for the usual interval
     */
    public void hold(String reason, Instant now, @Nullable Duration atLeast) {
      holdUntil(reason, now.plus(atLeast == null ? probeInterval : max(probeInterval, atLeast)));
    }

    /** The same until a time that need not be as far away. */
    public void holdUntil(String reason, Instant next) {
      synchronized (Gate.this) {
        if (!isOverruled()) {
          changes++;
          probeAt = held == null ? next : max(probeAt, next);
          held = reason;
          limit = 1;
        }
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

  /** Opens the gate at once, whether it was held or paused. */
  public synchronized void reopen() {
    changes++;
    reopened = changes;
    held = null;
    pausedUntil = Instant.MIN;
    limit = workers;
    outages = 0;
    failed.clear();
    doubtful.clear();
  }

  /** Whether a job has failed since another has passed: another one is the better probe. */
  public synchronized boolean hasFailed(Object job) {
    return failed.contains(job) || doubtful.contains(job);
  }

  /** Why the endpoint is held; null if it is not. */
  public synchronized @Nullable String heldBecause() {
    return held;
  }

  /** Whether it is held and a call may try it now. */
  public synchronized boolean isProbeDue(Instant now) {
    return held != null && running == 0 && !now.isBefore(probeAt);
  }

  /** Whether nobody calls because the endpoint asked for a pause; not while it is held. */
  public synchronized boolean isPaused(Instant now) {
    return held == null && now.isBefore(pausedUntil);
  }

  /** Until when nobody calls; null if calls go through. */
  public synchronized @Nullable Instant closedUntil(Instant now) {
    Instant until = held != null ? probeAt : pausedUntil;
    return now.isBefore(until) ? until : null;
  }

  /** Calls that run. */
  public synchronized int running() {
    return running;
  }

  private static <T extends Comparable<? super T>> T max(T a, T b) {
    return a.compareTo(b) > 0 ? a : b;
  }
}
