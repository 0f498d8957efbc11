package dev.warren.sftp.ssh;

import dev.warren.api.Metrics;
import dev.warren.sftp.auth.LoginThrottle;
import dev.warren.sftp.auth.Users;
import dev.warren.sftp.auth.Users.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.PublicKey;
import java.time.Duration;
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
  private final Semaphore hashes = new Semaphore(MAX_HASHES);
  private final Metrics.Counter accepted;
  private final Metrics.Counter refused;

  LoginGate(Users users, LoginThrottle throttle, Metrics metrics) {
    this.users = users;
    this.throttle = throttle;
    metrics.describe("sftp_logins", "log-ins by their result");
    accepted = metrics.counter("sftp_logins", "result", "accepted");
    refused = metrics.counter("sftp_logins", "result", "refused");
  }

  /** Forgets what was decided: the client has not proved anything yet. */
  void undecided(ServerSession session) {
    session.removeAttribute(ATTEMPT);
  }

  /** Logs and delays the answer to an attempt that failed. */
  void refuse(ServerSession session) {
    Attempt attempt = session.removeAttribute(ATTEMPT);
    if (attempt == null) {
      return; // no attempt: clients ask for the methods this way
    }
    Verdict verdict = attempt.verdict();
    refused.increment();
    String reason = verdict.allowed() ? "the proof is wrong" : verdict.reason();
    LOG.info(
        "refused a log-in of {} from {}: {}", attempt.user(), session.getClientAddress(), reason);
    Duration delay = throttle.failed(address(session));
    if (delay.isPositive()) {
      try {
        Thread.sleep(delay);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
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
      verdict = users.checkPassword(user, password);
    } finally {
      hashes.release();
    }
    return note(session, user, verdict);
  }

  private boolean note(ServerSession session, String user, Verdict verdict) {
    String shown = users.find(user) == null ? "an unknown user" : user;
    session.setAttribute(ATTEMPT, new Attempt(shown, verdict));
    return verdict.allowed();
  }

  /** Notes that a connection has logged in; how, for the log. */
  String loggedIn(ServerSession session) {
    accepted.increment();
    throttle.succeeded(address(session));
    Attempt attempt = session.getAttribute(ATTEMPT);
    return attempt == null ? "an unknown way" : attempt.verdict().reason();
  }

  static InetAddress address(ServerSession session) {
    return session.getClientAddress() instanceof InetSocketAddress socket
            && socket.getAddress() != null
        ? socket.getAddress()
        : InetAddress.getLoopbackAddress();
  }
}
