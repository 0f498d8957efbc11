package dev.warren.sftp.ssh;

import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.api.Metrics;
import dev.warren.frontend.AddressText;
import dev.warren.sftp.auth.LoginThrottle;
import dev.warren.sftp.auth.Users;
import dev.warren.sftp.auth.Users.Verdict;
import dev.warren.sftp.source.Refusals;
import dev.warren.sftp.source.Refusals.Why;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.PublicKey;
import java.util.concurrent.Semaphore;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.server.session.ServerSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where log-ins are decided: on threads that may wait, see {@link LoginService}. Refusals are
 * logged with address and reason; a name only if there is such a user, since people type passwords
 * there. Thread-safe.
 */
final class LoginGate {
  private static final Logger LOG = LoggerFactory.getLogger(LoginGate.class);
  private static final AttributeKey<Attempt> ATTEMPT = new AttributeKey<>();

  /** Hashes that are computed at once: each takes a processor and, for argon2, memory. */
  private static final int MAX_HASHES = 2;

  private record Attempt(String user, Verdict verdict) {}

  private final Users users;
  private final LoginThrottle throttle;
  private final Refusals refusals;
  private final Semaphore hashes = new Semaphore(MAX_HASHES, true);
  private final MemoryBudget.Account hashMemory;
  private final Metrics.Counter accepted;
  private final Metrics.Counter refused;

  LoginGate(
      Users users,
      LoginThrottle throttle,
      Refusals refusals,
      Metrics metrics,
      MemoryBudget.Account hashMemory) {
    this.users = users;
    this.throttle = throttle;
    this.refusals = refusals;
    this.hashMemory = hashMemory;
    metrics.describe("sftp_logins", "log-ins by their result");
    accepted = metrics.counter("sftp_logins", "result", "accepted");
    refused = metrics.counter("sftp_logins", "result", "refused");
  }

  /** Begins an attempt, which fails for the reason that is known now if no other is found. */
  void begin(SshSession session, LoginRequest request) {
    note(session, request.user(), new Verdict(false, request.refusal()));
  }

  /** Forgets what was decided: the client has not proved anything yet. */
  void undecided(SshSession session) {
    session.removeAttribute(ATTEMPT);
  }

  /**
   * Logs, counts and delays the answer to an attempt that failed.
   *
   * @return whether there is still somebody to answer
   */
  boolean refuse(SshSession session) throws InterruptedException {
    Attempt attempt = session.removeAttribute(ATTEMPT);
    if (attempt == null) {
      return true; // no attempt: clients ask for the methods this way
    }
    session.countFailedLogin();
    refused.increment();
    Verdict verdict = attempt.verdict();
    String reason = verdict.allowed() ? "the proof is wrong" : verdict.reason();
    refusals.refused(
        session.getClientAddress(),
        Why.LOGIN,
        "refused a log-in of %s from %s: %s"
            .formatted(attempt.user(), AddressText.of(session.getClientAddress()), reason));
    return session.pause(throttle.failed(address(session)));
  }

  /** Says that a connection ends since no more attempts are allowed on it. */
  void tooManyTries(SshSession session, int allowed) {
    refusals.refused(
        session.getClientAddress(),
        Why.TRIES,
        "refused a connection from %s: %d log-ins have failed"
            .formatted(AddressText.of(session.getClientAddress()), allowed));
  }

  /** Whether a key may log in; that the client has its private half is checked elsewhere. */
  boolean checkKey(String user, PublicKey key, ServerSession session) {
    return note(session, user, users.checkKey(user, key, address(session)));
  }

  /** Whether a password is the user's. */
  boolean checkPassword(String user, String password, ServerSession session) {
    Verdict verdict;
    hashes.acquireUninterruptibly();
    try {
      if (!session.isOpen()) {
        return false; // its time was up while it waited: others need the processor
      }
      verdict = check(user, password);
    } finally {
      hashes.release();
    }
    return note(session, user, verdict);
  }

  /**
   * Waits for the memory that it takes; where that is more than there may be, nobody logs in so.
   */
  private Verdict check(String user, String password) {
    long bytes = users.memoryOfOneCheck();
    try {
      MemoryBudget.await(hashMemory.takeWhenFree(Use.REQUESTS, bytes));
    } catch (FsException e) {
      LOG.warn("passwords cannot be checked: {}", e.getMessage());
      return new Verdict(false, "no memory to check a password");
    }
    try {
      return users.checkPassword(user, password);
    } finally {
      hashMemory.giveBack(Use.REQUESTS, bytes);
    }
  }

  private boolean note(ServerSession session, String user, Verdict verdict) {
    String shown = users.find(user) == null ? "an unknown user" : user;
    session.setAttribute(ATTEMPT, new Attempt(shown, verdict));
    return verdict.allowed();
  }

  /** Nobody logs in any more. */
  void close() {
    hashMemory.close();
  }

  /** Notes that a connection has logged in; how, for the log. */
  String loggedIn(SshSession session) {
    accepted.increment();
    throttle.succeeded(address(session), session.failedLogins());
    Attempt attempt = session.getAttribute(ATTEMPT);
    return attempt == null ? "an unknown way" : attempt.verdict().reason();
  }

  private static InetAddress address(ServerSession session) {
    return session.getClientAddress() instanceof InetSocketAddress socket
            && socket.getAddress() != null
        ? socket.getAddress()
        : InetAddress.getLoopbackAddress();
  }
}
