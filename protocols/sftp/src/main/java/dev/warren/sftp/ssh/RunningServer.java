package dev.warren.sftp.ssh;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.config.Quantity;
import dev.warren.frontend.AddressText;
import dev.warren.frontend.FrontEndContext;
import dev.warren.frontend.Recipe;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.frontend.SessionInfo;
import dev.warren.sftp.auth.LoginThrottle;
import dev.warren.sftp.auth.Users;
import dev.warren.sftp.source.Refusals;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.SshConstants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A started server. */
public final class RunningServer implements RunningFrontEnd {
  private static final Logger LOG = LoggerFactory.getLogger(RunningServer.class);
  private static final long TICK_MILLIS = 250;
  private static final String GOODBYE = "the server is shutting down";

  /** How long after the reply to a request on a handle its client is expected to continue. */
  private static final Duration RECENT_USE = Duration.ofSeconds(2);

  /** How long a client that does not stop using its handles can delay the end of all clients. */
  private static final Duration LONGEST_USE = Duration.ofSeconds(5);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private final MultiAddressServer server;
  private final Connections connections;
  private final LoginPolicy policy;
  private final ScheduledExecutorService timer;
  private final List<String> addresses;
  private final List<Recipe> recipes;

  private RunningServer(
      MultiAddressServer server,
      Connections connections,
      LoginPolicy policy,
      ScheduledExecutorService timer,
      List<Recipe> recipes) {
    this.server = server;
    this.connections = connections;
    this.policy = policy;
    this.timer = timer;
    this.recipes = List.copyOf(recipes);
    this.addresses = server.boundAddresses().stream().map(AddressText::of).toList();
  }

  /**
   * Starts a server.
   *
   * @param book the commands for the server's owner
   * @throws IOException if an address cannot be bound, or a host key cannot be read or created
   */
  public static RunningServer start(
      FrontEndContext context,
      ServerSettings settings,
      Users users,
      LoginThrottle throttle,
      Clocks clocks,
      RecipeBook book)
      throws IOException {
    Refusals refusals = new Refusals(clocks.steady(), context.metrics());
    LoginPolicy policy =
        new LoginPolicy(users, throttle, refusals, context.metrics(), context.memory().open());
    Connections connections = new Connections(context, users, policy, refusals, settings, clocks);
    List<KeyPair> hostKeys = HostKeys.load(context.stateDirectory(), settings.hostKeys());
    MultiAddressServer server =
        ServerSetUp.server(
            settings,
            hostKeys,
            policy,
            users.hasPasswords(),
            connections,
            new DisconnectLog(refusals),
            (factoryManager, io) ->
                new SshSession(
                    factoryManager,
                    io,
                    context.memory().openForStranger(),
                    clocks.steady().instant(),
                    settings.packetBytes(),
                    settings.isProxy(io.getRemoteAddress()),
                    connections));
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
    RunningServer running = new RunningServer(server, connections, policy, timer, recipes);
    var _ =
        timer.scheduleWithFixedDelay(
            running::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    LOG.info("SFTP on {}", running.addresses);
    return running;
  }

  private static Path known(
      FrontEndContext context, List<KeyPair> hostKeys, MultiAddressServer server)
      throws IOException {
    return KnownHosts.write(context.stateDirectory(), hostKeys, server.boundAddresses());
  }

  private static List<Recipe> recipes(MultiAddressServer server, Path knownHosts, RecipeBook book)
      throws IOException {
    for (SocketAddress bound : server.boundAddresses()) {
      if (bound instanceof InetSocketAddress socket) {
        return book.recipes(socket, knownHosts); // one address suffices
      }
    }
    return List.of();
  }

  private void tick() {
    try {
      connections.tick();
    } catch (RuntimeException e) { // an exception would stop the timer
      LOG.warn("cannot check the connections", e);
    }
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
    long deadline = System.nanoTime() + atMost.toNanos();
    try {
      awaitUnusedHandles(Math.min(deadline, System.nanoTime() + LONGEST_USE.toNanos()));
      List<SftpChannel> channels =
          connections.all().stream().flatMap(c -> c.channels().stream()).toList();
      channels.forEach(SftpChannel::drain);
      for (SftpChannel channel : channels) {
        if (!channel.awaitFinished(deadline - System.nanoTime())) {
          LOG.info("a request is still in flight after {}", Quantity.duration(atMost.toMillis()));
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

  /**
   * Waits while clients use open files. A program that has written a command to {@code ctl} fails
   * if the connection ends between the reply to its write and the reply to its close, even if the
   * command, such as a reload, was the reason for the end.
   */
  private void awaitUnusedHandles(long deadline) throws InterruptedException {
    while (System.nanoTime() < deadline
        && connections.all().stream().anyMatch(c -> c.usesHandles(RECENT_USE))) {
      Thread.sleep(LOOK_AGAIN);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    policy.close();
    FsException cause = new FsException(Errno.ECONNABORTED, GOODBYE);
    connections.all().forEach(connection -> connection.abort(cause));
    try {
      server.stop(true);
    } catch (IOException e) {
      LOG.warn("the SSH server did not stop cleanly", e);
    }
  }
}
