package dev.warren.sftp.ssh;

import java.time.Duration;
import java.time.Instant;

/** Whether a client is still there, and whether it does anything. Of one thread. */
final class Liveness {
  /** How many keep-alives nothing may come after: OpenSSH's ClientAliveCountMax. */
  private static final int MAX_UNANSWERED = 3;

  private final Duration keepAlive;
  private final Duration idleTimeout;
  private Instant asked;
  private Instant worked;
  private long received;
  private long work;
  private int unanswered;

  /** What is to be done about a connection. */
  enum Verdict {
    /** Nothing. */
    FINE,
    /** It is to be asked whether it is there. */
    ASK,
    /** It has not said anything for long, although asked. */
    GONE,
    /** It is there, but has not done anything for long. */
    IDLE
  }

  Liveness(ServerSettings settings, Instant now) {
    this.keepAlive = settings.keepAlive();
    this.idleTimeout = settings.idleTimeout();
    this.asked = now;
    this.worked = now;
  }

  /**
   * What is to be done now.
   *
   * @param bytes that have come until now: any of them is life, as in OpenSSH, for the answer to a
   *     keep-alive comes behind all else that is on its way, which may take minutes
   * @param steps what channels have done until now: answers to keep-alives are no work
   * @param isBusy whether a request of it is being done, for which it may wait for hours
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
