package dev.warren.gptfs.http;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Paces all workers that call one endpoint. After a 429 nobody calls until the pause is over; then
 * one call at a time, and half as many again after each that succeeds. Thread-safe.
 */
public final class Gate {
  private final int workers;
  private final Duration probeInterval;
  private int limit;
  private int running;
  private Instant pausedUntil = Instant.MIN;
  private @Nullable String held;
  private Instant probeAt = Instant.MAX;
  private boolean probing;

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

  /** Lets a call through, or not. Every call that is let through {@link #leave}s. */
  public synchronized boolean tryEnter(Instant now) {
    if (held != null) {
      if (probing || running > 0 || now.isBefore(probeAt)) {
        return false;
      }
      probing = true;
    } else if (now.isBefore(pausedUntil) || running >= limit) {
      return false;
    }
    running++;
    return true;
  }

  /** A call has ended, however. */
  public synchronized void leave() {
    running--;
    probing = false;
  }

  /** A call has succeeded. */
  public synchronized void succeeded() {
    held = null;
    limit = Math.min(workers, limit + (limit + 1) / 2);
  }

  /** Nobody calls before a time. */
  public synchronized void pause(Instant until) {
    if (until.isAfter(pausedUntil)) {
      pausedUntil = until;
    }
    limit = 1;
  }

  /** Nothing is left until a time, as the endpoint's own count has it; that is not a failure. */
  public synchronized void rest(Instant until) {
    if (until.isAfter(pausedUntil)) {
      pausedUntil = until;
    }
  }

  /**
   * Nobody calls, but for one that tries from time to time.
   *
   * @param atLeast how long the endpoint wants to be left alone; null for the usual interval
   */
  public synchronized void hold(String reason, Instant now, @Nullable Duration atLeast) {
    held = reason;
    probeAt = now.plus(max(probeInterval, atLeast));
    limit = 1;
  }

  /** Opens the gate at once; whether it was held or paused. */
  public synchronized boolean reopen(Instant now) {
    boolean was = held != null || now.isBefore(pausedUntil);
    held = null;
    pausedUntil = Instant.MIN;
    limit = workers;
    return was;
  }

  /** Why the endpoint is held; null if it is not. */
  public synchronized @Nullable String heldBecause() {
    return held;
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

  private static Duration max(Duration a, @Nullable Duration b) {
    return b == null || a.compareTo(b) > 0 ? a : b;
  }
}
