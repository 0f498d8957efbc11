package dev.warren.sftp.ssh;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.frontend.FrontEndContext;
import dev.warren.api.frontend.Recipe;
import dev.warren.api.frontend.RunningFrontEnd;
import dev.warren.api.frontend.SessionInfo;
import dev.warren.sftp.auth.LoginThrottle;
import dev.warren.sftp.auth.Users;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.SshConstants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server, started. */
public final class RunningServer implements RunningFrontEnd {
  private static final Logger LOG = LoggerFactory.getLogger(RunningServer.class);
  private static final String GOODBYE = "the server is shutting down";

  private final MultiAddressServer server;
  private final Connections connections;
  private final ScheduledExecutorService timer;
  private final List<String> addresses;
  private final List<Recipe> recipes;

  private RunningServer(
      MultiAddressServer server,
      Connections connections,
      ScheduledExecutorService timer,
      List<Recipe> recipes) {
    this.server = server;
    this.connections = connections;
    this.timer = timer;
    this.recipes = List.copyOf(recipes);
    this.addresses = server.boundAddresses().stream().map(RunningServer::text).toList();
  }

  /**
   * Starts a server.
   *
   * @param book the commands that its owner can use
   * @throws IOException if an address cannot be bound or a host key cannot be read or made
   */
  public static RunningServer start(
      FrontEndContext context,
      ServerSettings settings,
      Users users,
      LoginThrottle throttle,
      InstantSource clock,
      RecipeBook book)
      throws IOException {
    LoginGate gate = new LoginGate(users, throttle, context.metrics());
    Connections connections =
        new Connections(
            context.fileSystem(),
            users,
            gate,
            settings,
            context.metrics(),
            clock,
            context.memory());
    List<KeyPair> hostKeys = HostKeys.load(context.stateDirectory(), settings.hostKeys());
    MultiAddressServer server =
        ServerSetUp.server(settings, hostKeys, gate, users.hasPasswords(), connections);
    server.start(settings.listen());
    List<Recipe> recipes;
    try {
      recipes = recipes(server, known(context, hostKeys, server), book);
    } catch (IOException e) {
      server.stop(true);
      throw e;
    }
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("sftp-timer").factory());
    RunningServer running = new RunningServer(server, connections, timer, recipes);
    if (settings.keepAlive().isPositive()) {
      long nanos = settings.keepAlive().toNanos();
      var _ = timer.scheduleWithFixedDelay(running::keepAlive, nanos, nanos, TimeUnit.NANOSECONDS);
    }
    LOG.info("SFTP on {}", running.addresses);
    return running;
  }

  private static Path known(
      FrontEndContext context, List<KeyPair> hostKeys, MultiAddressServer server)
      throws IOException {
    return KnownHosts.write(context.stateDirectory(), hostKeys, server.boundAddresses());
  }

  private static List<Recipe> recipes(MultiAddressServer server, Path knownHosts, RecipeBook book) {
    return server.boundAddresses().stream()
        .filter(InetSocketAddress.class::isInstance)
        .map(InetSocketAddress.class::cast)
        .limit(1) // the others are reached in the same way
        .flatMap(bound -> book.recipes(bound, knownHosts).stream())
        .toList();
  }

  private void keepAlive() {
    for (Connection connection : connections.all()) {
      try {
        connection.keepAlive();
      } catch (RuntimeException e) {
        LOG.debug("{}: no keep-alive", connection, e);
      }
    }
  }

  private static String text(SocketAddress address) {
    if (!(address instanceof InetSocketAddress socket)) {
      return address.toString();
    }
    String host = socket.getAddress().getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + socket.getPort();
  }

  @Override
  public List<String> addresses() {
    return addresses;
  }

  @Override
  public List<Recipe> recipes() {
    return recipes;
  }

  @Override
  public List<SessionInfo> sessions() {
    return connections.all().stream().map(Connection::info).toList();
  }

  @Override
  public boolean disconnect(String sessionId) {
    for (Connection connection : connections.all()) {
      if (connection.id().equals(sessionId)) {
        connection.disconnect(
            SshConstants.SSH2_DISCONNECT_BY_APPLICATION, "the session was ended by the host");
        return true;
      }
    }
    return false;
  }

  @Override
  public void drain(Duration atMost) {
    server.stopListening();
    List<SftpChannel> channels =
        connections.all().stream().flatMap(c -> c.channels().stream()).toList();
    channels.forEach(SftpChannel::drain);
    long deadline = System.nanoTime() + atMost.toNanos();
    try {
      for (SftpChannel channel : channels) {
        if (!channel.awaitFinished(deadline - System.nanoTime())) {
          LOG.info("a request is still running after {}", atMost);
          break;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connections
        .all()
        .forEach(c -> c.disconnect(SshConstants.SSH2_DISCONNECT_BY_APPLICATION, GOODBYE));
  }

  @Override
  public void close() {
    timer.shutdownNow();
    FsException cause = new FsException(Errno.ECONNABORTED, GOODBYE);
    connections.all().forEach(connection -> connection.abort(cause));
    try {
      server.stop(true);
    } catch (IOException e) {
      LOG.warn("the SSH server did not stop cleanly", e);
    }
  }
}
