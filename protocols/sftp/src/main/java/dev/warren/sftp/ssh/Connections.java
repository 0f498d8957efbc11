package dev.warren.sftp.ssh;

import dev.warren.api.Caller;
import dev.warren.api.MemoryBudget;
import dev.warren.api.Metrics;
import dev.warren.api.frontend.SharedFileSystem;
import dev.warren.sftp.auth.UserAccount;
import dev.warren.sftp.auth.Users;
import dev.warren.sftp.session.Activity;
import dev.warren.sftp.session.Limits;
import dev.warren.sftp.session.SessionSettings;
import dev.warren.sftp.session.SystemNames;
import dev.warren.sftp.wire.LongName;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
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

/** All connections, and how many of them there may be. Thread-safe. */
final class Connections implements SessionListener {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

  private static final int MAX_REASON = 300;

  private final SharedFileSystem files;
  private final Users users;
  private final LoginGate gate;
  private final ServerSettings settings;
  private final Metrics metrics;
  private final InstantSource clock;
  private final MemoryBudget memory;
  private final Metrics.Counter dropped;
  private final StartUps<Session> startUps;
  private final Map<Session, Connection> loggedIn = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();

  Connections(
      SharedFileSystem files,
      Users users,
      LoginGate gate,
      ServerSettings settings,
      Metrics metrics,
      InstantSource clock,
      MemoryBudget memory) {
    this.memory = memory;
    this.files = files;
    this.users = users;
    this.gate = gate;
    this.settings = settings;
    this.metrics = metrics;
    this.clock = clock;
    startUps = new StartUps<>(settings.maxStartups());
    metrics.describe(
        "sftp_connections_dropped", "connections turned away as too many had not logged in");
    metrics.describe("sftp_sessions", "sessions that are logged in");
    metrics.describe("sftp_startups", "connections that are not logged in yet");
    dropped = metrics.counter("sftp_connections_dropped");
    metrics.gauge("sftp_sessions", loggedIn::size);
    metrics.gauge("sftp_startups", startUps::size);
  }

  /**
   * Makes room for who comes by closing who has been there longest without logging in: were the
   * newest refused instead, a few silent connections would keep everyone else out. Here, since MINA
   * would leave a connection open that is refused when it is accepted.
   */
  @Override
  public void sessionCreated(Session session) {
    startUps.add(session).forEach(this::drop);
  }

  private void drop(Session session) {
    dropped.increment();
    LOG.info("refused a connection from {}: too many have not logged in", remote(session));
    session.close(true);
  }

  @Override
  public void sessionClosed(Session session) {
    startUps.remove(session);
    Connection connection = loggedIn.remove(session);
    if (connection != null) {
      connection.logEnd();
      connection.account().close();
    }
  }

  @Override
  public void sessionException(Session session, Throwable t) {
    if (t instanceof SshException) {
      LOG.info("a connection from {} failed: {}", remote(session), printable(t.getMessage()));
    } else {
      LOG.debug("a connection from {} failed", remote(session), t);
    }
  }

  private static SocketAddress remote(Session session) {
    return session.getIoSession().getRemoteAddress();
  }

  /** Parts of it may be the client's. */
  private static String printable(@Nullable String message) {
    String text = message == null ? "" : message.replaceAll("[^\\x20-\\x7e]", "?");
    return text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON) + "...";
  }

  @Override
  public void sessionEvent(Session session, Event event) {
    if (event == Event.Authenticated && session instanceof ServerSession ssh) {
      startUps.remove(session);
      logIn(ssh);
    }
  }

  private void logIn(ServerSession ssh) {
    String user = ssh.getUsername();
    UserAccount account = users.find(user);
    String reason = gate.loggedIn(ssh);
    long ofUser =
        loggedIn.values().stream().filter(c -> c.info().caller().user().equals(user)).count();
    if (account == null
        || loggedIn.size() >= settings.maxSessions()
        || ofUser >= settings.maxSessionsPerUser()) {
      LOG.info("refused a session of {} from {}: too many", user, ssh.getClientAddress());
      refuse(ssh);
      return;
    }
    Connection connection = connection(ssh, account);
    loggedIn.put(ssh, connection);
    LOG.info("{} begins: {}", connection, reason);
  }

  private static void refuse(ServerSession ssh) {
    try {
      ssh.disconnect(SshConstants.SSH2_DISCONNECT_TOO_MANY_CONNECTIONS, "too many sessions");
    } catch (IOException e) {
      ssh.close(true);
    }
  }

  private Connection connection(ServerSession ssh, UserAccount account) {
    SystemNames names = SystemNames.load();
    SystemNames.Identity identity = names.identity(account.name());
    Caller caller =
        new Caller(
            account.name(),
            identity == null ? -1 : identity.uid(),
            identity == null ? -1 : identity.gid(),
            identity == null ? List.of() : identity.groups(),
            "sftp",
            printable(ssh.getClientAddress()));
    SessionSettings sessionSettings =
        new SessionSettings(
            account.name(),
            account.readOnly(),
            settings.maxHandles(),
            isOpenSsh(ssh) ? Limits.OPENSSH_READ : Limits.MAX_CONTENT,
            settings.umask(),
            names,
            new LongName(ZoneId.systemDefault(), names),
            clock);
    return new Connection(
        "sftp-" + numbers.incrementAndGet(),
        ssh,
        caller,
        account.view(files, caller),
        sessionSettings,
        new Activity(metrics),
        memory);
  }

  /** {@code 127.0.0.1:4711}: what the host shows and logs, the same as of other front ends. */
  private static String printable(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress ip && ip.getAddress() != null
        ? (ip.getAddress() instanceof Inet6Address six
                ? "[" + six.getHostAddress() + "]"
                : ip.getAddress().getHostAddress())
            + ":"
            + ip.getPort()
        : String.valueOf(address);
  }

  private static boolean isOpenSsh(ServerSession ssh) {
    String version = ssh.getClientVersion();
    return version != null && version.contains("OpenSSH");
  }

  /** The connection of an SSH session that has logged in. */
  @Nullable Connection find(Session session) {
    return loggedIn.get(session);
  }

  List<Connection> all() {
    return List.copyOf(loggedIn.values());
  }
}
