package dev.warren.sftp.ssh;

import java.time.Duration;
import java.time.Instant;

/** Detects clients that are gone or idle. For one thread. */
final class Liveness {
  /** How many keep-alives may remain without any data: OpenSSH's ClientAliveCountMax. */
  private static final int MAX_UNANSWERED = 3;

  private final Duration keepAlive;
  private final Duration idleTimeout;
  private Instant asked;
  private Instant worked;
  private long received;
  private long work;
  private int unanswered;

  /** What to do about a connection. */
  enum Verdict {
    /** Nothing. */
    FINE,
    /** Send a keep-alive. */
    ASK,
    /** End the connection: the client has sent nothing for a long time, despite keep-alives. */
    GONE,
    /** End the connection: the client is alive, but has done nothing for a long time. */
    IDLE
  }

  Liveness(ServerSettings settings, Instant now) {
    this.keepAlive = settings.keepAlive();
    this.idleTimeout = settings.idleTimeout();
    this.asked = now;
    this.worked = now;
  }

  /**
   * Decides what to do now.
   *
   * @param bytes total bytes received. Any data shows that the client is alive, as in OpenSSH: the
   *     reply to a keep-alive is queued behind all other data, which may take minutes
   * @param steps total work of the channels; replies to keep-alives do not count
   * @param isBusy whether one of its requests is in flight, which may take hours
   */
  Verdict look(Instant now, long bytes, long steps, boolean isBusy) {
    if (steps != work || isBusy) {
      work = steps;
      worked = now;
    }
    if (idleTimeout.isPositive() && now.isAfter(worked.plus(idleTimeout))) {
      return Verdict.IDLE;
    }
    if (!keepAlive.isPositive() || now.isBefore(asked.plus(keepAlive))) {
      return Verdict.FINE;
    }
    asked = now;
    if (bytes != received) {
      received = bytes;
      unanswered = 0;
    }
    return unanswered++ < MAX_UNANSWERED ? Verdict.ASK : Verdict.GONE;
  }
}
