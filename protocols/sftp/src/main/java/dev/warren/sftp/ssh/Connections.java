package dev.warren.sftp.ssh;

import dev.warren.api.Caller;
import dev.warren.api.Metrics;
import dev.warren.frontend.AddressText;
import dev.warren.frontend.FrontEndContext;
import dev.warren.frontend.Source;
import dev.warren.sftp.auth.UserAccount;
import dev.warren.sftp.auth.Users;
import dev.warren.sftp.session.Activity;
import dev.warren.sftp.session.Limits;
import dev.warren.sftp.session.SessionSettings;
import dev.warren.sftp.session.SystemNames;
import dev.warren.sftp.source.PendingLogins;
import dev.warren.sftp.source.Refusals;
import dev.warren.sftp.source.Refusals.Why;
import dev.warren.sftp.wire.LongName;
import java.io.IOException;
import java.net.SocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.server.session.ServerSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All connections, and the limits of their number. Thread-safe. */
final class Connections implements SessionListener, UnauthenticatedConnections {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

  private static final int MAX_REASON = 300;

  private final FrontEndContext context;
  private final Users users;
  private final LoginPolicy policy;
  private final Refusals refusals;
  private final ServerSettings settings;
  private final Clocks clocks;
  private final Metrics.Counter dropped;
  private final PendingLogins<SshSession> pending;
  private final Map<Session, Connection> loggedIn = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();

  Connections(
      FrontEndContext context,
      Users users,
      LoginPolicy policy,
      Refusals refusals,
      ServerSettings settings,
      Clocks clocks) {
    this.context = context;
    this.users = users;
    this.policy = policy;
    this.refusals = refusals;
    this.settings = settings;
    this.clocks = clocks;
    pending = new PendingLogins<>(settings.maxStartups(), new SecureRandom(), SshSession::progress);
    Metrics metrics = context.metrics();
    metrics.describe(
        "sftp_connections_dropped",
        "connections refused because too many had not logged in, or for lack of memory");
    metrics.describe("sftp_sessions", "sessions that have logged in");
    metrics.describe("sftp_startups", "connections that have not logged in");
    dropped = metrics.counter("sftp_connections_dropped");
    metrics.gauge("sftp_sessions", loggedIn::size);
    metrics.gauge("sftp_startups", pending::size);
  }

  /** Done here, because MINA would leave a connection open that is refused when it is accepted. */
  @Override
  public void sessionCreated(Session session) {
    if (session instanceof SshSession ssh) {
      pending
          .add(ssh, Source.of(ssh.getClientAddress()))
          .ifPresent(other -> drop(other, Why.STARTUPS, "too many have not logged in"));
      if (!ssh.reserve()) {
        drop(ssh, Why.MEMORY, NO_MEMORY);
      }
    }
  }

  @Override
  public boolean makeRoomFor(SshSession newest) {
    Optional<SshSession> other = pending.dropFor(newest);
    other.ifPresent(session -> drop(session, Why.MEMORY, NO_MEMORY));
    return other.isPresent();
  }

  @Override
  public void clientKnown(SshSession session) {
    pending.move(session, Source.of(session.getClientAddress()));
  }

  private void drop(SshSession session, Why why, String reason) {
    dropped.increment();
    refuse(session, why, reason);
    session.close(true);
    session.account().close(); // free the memory now, for the connection that needs it
  }

  private void refuse(Session session, Why why, String reason) {
    refusals.refused(
        remote(session),
        why,
        "refused a connection from %s: %s".formatted(AddressText.of(remote(session)), reason));
  }

  @Override
  public void sessionClosed(Session session) {
    if (session instanceof SshSession ssh) {
      pending.remove(ssh);
    }
    Connection connection = loggedIn.remove(session);
    if (connection != null) {
      connection.logEnd();
      connection.account().close();
    }
  }

  @Override
  public void sessionException(Session session, Throwable t) {
    if (t instanceof SshException) {
      refusals.refused(
          remote(session),
          Why.PROTOCOL,
          "a connection from %s failed: %s"
              .formatted(AddressText.of(remote(session)), printable(t.getMessage())));
    } else {
      LOG.debug("a connection from {} failed", remote(session), t);
    }
  }

  /** The address of the client, behind a proxy too. */
  static SocketAddress remote(Session session) {
    return session instanceof ServerSession server
        ? server.getClientAddress()
        : session.getIoSession().getRemoteAddress();
  }

  /** Makes a message printable, because parts of it may come from the client. */
  private static String printable(@Nullable String message) {
    String text = message == null ? "" : message.replaceAll("[^\\x20-\\x7e]", "?");
    return text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON) + "...";
  }

  @Override
  public void sessionEvent(Session session, Event event) {
    if (event == Event.Authenticated && session instanceof SshSession ssh) {
      pending.remove(ssh);
      logIn(ssh);
    }
  }

  private void logIn(SshSession ssh) {
    String user = ssh.getUsername();
    UserAccount account = users.find(user);
    String reason = policy.loggedIn(ssh);
    long ofUser =
        loggedIn.values().stream().filter(c -> c.info().caller().user().equals(user)).count();
    if (account == null
        || loggedIn.size() >= settings.maxSessions()
        || ofUser >= settings.maxSessionsPerUser()) {
      refusals.refused(
          remote(ssh),
          Why.SESSIONS,
          "refused a session of %s from %s: too many"
              .formatted(user, AddressText.of(ssh.getClientAddress())));
      refuse(ssh, "too many sessions");
      return;
    }
    if (!ssh.admit(user)) {
      refusals.refused(
          remote(ssh),
          Why.MEMORY,
          "refused a session of %s from %s: no memory left"
              .formatted(user, AddressText.of(ssh.getClientAddress())));
      refuse(ssh, "not enough memory");
      return;
    }
    Connection connection = connection(ssh, account);
    loggedIn.put(ssh, connection);
    LOG.info("{} begins: {}", connection, reason);
  }

  private static void refuse(ServerSession ssh, String reason) {
    try {
      ssh.disconnect(SshConstants.SSH2_DISCONNECT_TOO_MANY_CONNECTIONS, reason);
    } catch (IOException e) {
      ssh.close(true);
    }
  }

  private Connection connection(SshSession ssh, UserAccount account) {
    SystemNames names = SystemNames.load();
    SystemNames.Identity identity = names.identity(account.name());
    Caller caller =
        new Caller(
            account.name(),
            identity == null ? -1 : identity.uid(),
            identity == null ? -1 : identity.gid(),
            identity == null ? List.of() : identity.groups(),
            "sftp",
            AddressText.of(ssh.getClientAddress()));
    SessionSettings sessionSettings =
        new SessionSettings(
            account.name(),
            account.readOnly(),
            settings.maxHandles(),
            Identification.isOpenSsh(ssh.getClientVersion())
                ? Limits.OPENSSH_READ
                : Limits.MAX_CONTENT,
            Identification.linkFirst(ssh.getClientVersion()),
            settings.umask(),
            names,
            new LongName(ZoneId.systemDefault(), names),
            clocks.calendar());
    return new Connection(
        "sftp-" + numbers.incrementAndGet(),
        ssh,
        caller,
        account.view(context.fileSystem(), caller),
        sessionSettings,
        new Activity(context.metrics()),
        new Liveness(settings, clocks.steady().instant()),
        context.memory());
  }

  /** Ends connections whose time is up; to be called regularly. */
  void tick() {
    Instant now = clocks.steady().instant();
    refusals.tick();
    for (SshSession session : pending.all()) {
      if (now.isAfter(session.begun().plus(settings.loginGrace()))) {
        pending.remove(session);
        String missing = session.awaitsHeader() ? "no PROXY header" : "no log-in";
        refuse(session, Why.GRACE, missing + " within " + settings.loginGrace().toSeconds() + " s");
        session.leave("no log-in in time");
      }
    }
    for (Connection connection : loggedIn.values()) {
      connection.tick(now);
    }
  }

  /** The connection of an SSH session that has logged in. */
  @Nullable Connection find(Session session) {
    return loggedIn.get(session);
  }

  List<Connection> all() {
    return List.copyOf(loggedIn.values());
  }
}
