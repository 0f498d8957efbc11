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
 * Decides about logins, on threads that may block; see {@link LoginService}. Refusals are logged
 * with address and reason, and with the name only if such a user exists, since people type
 * passwords there. Thread-safe.
 */
final class LoginPolicy {
  private static final Logger LOG = LoggerFactory.getLogger(LoginPolicy.class);
  private static final AttributeKey<Attempt> ATTEMPT = new AttributeKey<>();

  /**
   * Maximum number of hashes computed at the same time: each uses a processor and, for argon2,
   * memory.
   */
  private static final int MAX_HASHES = 2;

  private record Attempt(String user, Verdict verdict) {}

  private final Users users;
  private final LoginThrottle throttle;
  private final Refusals refusals;
  private final Semaphore hashes = new Semaphore(MAX_HASHES, true);
  private final MemoryBudget.Account hashMemory;
  private final Metrics.Counter accepted;
  private final Metrics.Counter refused;

  LoginPolicy(
      Users users,
      LoginThrottle throttle,
      Refusals refusals,
      Metrics metrics,
      MemoryBudget.Account hashMemory) {
    this.users = users;
    this.throttle = throttle;
    this.refusals = refusals;
    this.hashMemory = hashMemory;
    metrics.describe("sftp_logins", "log-ins by result");
    accepted = metrics.counter("sftp_logins", "result", "accepted");
    refused = metrics.counter("sftp_logins", "result", "refused");
  }

  /**
   * Starts an attempt. If it fails, the reason is that of the request, unless a later check finds
   * another.
   */
  void begin(SshSession session, LoginRequest request) {
    note(session, request.user(), new Verdict(false, request.refusal()));
  }

  /** Drops the present decision: the client has not proved anything yet. */
  void undecided(SshSession session) {
    session.removeAttribute(ATTEMPT);
  }

  /**
   * Logs and counts a failed attempt, and delays its reply.
   *
   * @return whether the connection is still there to reply to
   */
  boolean refuse(SshSession session) throws InterruptedException {
    Attempt attempt = session.removeAttribute(ATTEMPT);
    if (attempt == null) {
      return true; // no attempt: clients query the methods this way
    }
    session.countFailedLogin();
    refused.increment();
    Verdict verdict = attempt.verdict();
    String reason = verdict.allowed() ? "the signature is wrong" : verdict.reason();
    refusals.refused(
        session.getClientAddress(),
        Why.LOGIN,
        "refused a log-in of %s from %s: %s"
            .formatted(attempt.user(), AddressText.of(session.getClientAddress()), reason));
    return session.pause(throttle.failed(address(session)));
  }

  /** Logs that a connection ends because no more attempts are allowed on it. */
  void tooManyTries(SshSession session, int allowed) {
    refusals.refused(
        session.getClientAddress(),
        Why.TRIES,
        "refused a connection from %s: %d log-ins have failed"
            .formatted(AddressText.of(session.getClientAddress()), allowed));
  }

  /** Whether a key may log in. Other code checks that the client has the private key. */
  boolean checkKey(String user, PublicKey key, ServerSession session) {
    return note(session, user, users.checkKey(user, key, address(session)));
  }

  /** Whether a password is the user's. */
  boolean checkPassword(String user, String password, ServerSession session) {
    Verdict verdict;
    hashes.acquireUninterruptibly();
    try {
      if (!session.isOpen()) {
        return false; // timed out in the meantime: the processor is for others
      }
      verdict = check(user, password);
    } finally {
      hashes.release();
    }
    return note(session, user, verdict);
  }

  /**
   * Checks a password after waiting for the memory that this needs. If that is more than the whole
   * budget, the login fails.
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

  /** Refuses all further logins. */
  void close() {
    hashMemory.close();
  }

  /** Records that a connection has logged in. Returns the method, for the log. */
  String loggedIn(SshSession session) {
    accepted.increment();
    throttle.succeeded(address(session), session.failedLogins());
    Attempt attempt = session.getAttribute(ATTEMPT);
    return attempt == null ? "an unknown method" : attempt.verdict().reason();
  }

  private static InetAddress address(ServerSession session) {
    return session.getClientAddress() instanceof InetSocketAddress socket
            && socket.getAddress() != null
        ? socket.getAddress()
        : InetAddress.getLoopbackAddress();
  }
}
