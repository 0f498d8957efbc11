package dev.warren.ninep.server;

import dev.warren.api.MemoryBudget;
import dev.warren.api.Metrics;
import dev.warren.api.config.Quantity;
import dev.warren.frontend.ListenException;
import dev.warren.frontend.Recipe;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.frontend.SessionInfo;
import dev.warren.frontend.SharedFileSystem;
import dev.warren.ninep.auth.Access;
import dev.warren.ninep.auth.HostIdentity;
import dev.warren.ninep.auth.LocalAttachPolicy;
import dev.warren.ninep.auth.SocketOwners;
import dev.warren.ninep.auth.Users;
import dev.warren.ninep.server.Refusals.Reason;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listeners and their connections. */
public final class NinepServer implements RunningFrontEnd {
  private static final Logger log = LoggerFactory.getLogger(NinepServer.class);

  /** How long {@link #close()} waits for file systems to return from aborted requests. */
  private static final Duration LET_GO = Duration.ofSeconds(10);

  /** How often the number of further refusals is logged. */
  private static final Duration SWEEP = Duration.ofMinutes(1);

  private static final int IDENTITY_THREADS = 16;

  private final SharedFileSystem fileSystem;
  private final ServerOptions options;
  private final Transport transport;
  private final MemoryBudget memory;
  private final HostIdentity host = HostIdentity.ofProcess();
  private final Users users = new Users();
  private final @Nullable SocketOwners owners;
  private final Peers peers;
  private final EventLoopGroup loops;
  private final ExecutorService workers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("ninep-", 0).factory());
  private final ExecutorService identities = identities();
  private final List<BoundListener> listeners = new ArrayList<>();
  private final Refusals refusals;
  private final Connections connections;
  private final AtomicLong lastId = new AtomicLong();
  private final Metrics.Counter accepted;

  private NinepServer(
      SharedFileSystem fileSystem,
      ServerOptions options,
      Transport transport,
      Metrics metrics,
      MemoryBudget memory,
      @Nullable SocketOwners owners) {
    this.fileSystem = fileSystem;
    this.options = options;
    this.transport = transport;
    this.memory = memory;
    this.owners = owners;
    this.peers = new Peers(owners, users);
    this.loops =
        new MultiThreadIoEventLoopGroup(
            Runtime.getRuntime().availableProcessors(),
            new DefaultThreadFactory("ninep-loop", true),
            transport.handlers());
    this.refusals = new Refusals(metrics);
    this.connections = new Connections(options, refusals, new SecureRandom());
    metrics.describe("ninep_connections_accepted_total", "connections that were accepted");
    metrics.describe("ninep_connections", "connections that have attached");
    metrics.describe("ninep_connections_unattached", "connections that have not attached yet");
    this.accepted = metrics.counter("ninep_connections_accepted_total");
    metrics.gauge("ninep_connections", connections::attached);
    metrics.gauge("ninep_connections_unattached", connections::unattached);
  }

  /** Threads that only look up users: they never wait for a file system or for another client. */
  private static ExecutorService identities() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            IDENTITY_THREADS,
            IDENTITY_THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("9p-users-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Binds all addresses and starts serving.
   *
   * @throws IOException if an address cannot be bound; in that case nothing stays open
   */
  public static NinepServer start(
      SharedFileSystem fileSystem,
      ServerOptions options,
      Transport transport,
      Metrics metrics,
      MemoryBudget memory)
      throws IOException {
    NinepServer server =
        new NinepServer(
            fileSystem, options, transport, metrics, memory, owners(options, SocketOwners::best));
    try {
      for (Listener listener : options.listeners()) {
        server.listeners.add(server.bind(listener));
      }
      var _ =
          server
              .loops
              .next()
              .scheduleAtFixedRate(
                  server.refusals::sweep,
                  SWEEP.toMillis(),
                  SWEEP.toMillis(),
                  TimeUnit.MILLISECONDS);
      return server;
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** Opens the lookup of a connection's owner. */
  @FunctionalInterface
  interface OwnersSource {
    SocketOwners get() throws IOException;
  }

  /** The lookup of a TCP client's user; null if the listeners need none or the system has none. */
  static @Nullable SocketOwners owners(ServerOptions options, OwnersSource source)
      throws IOException {
    List<Listener> overTcp =
        options.listeners().stream()
            .filter(listener -> listener.address() instanceof ListenAddress.Tcp)
            .toList();
    if (overTcp.isEmpty()) {
      return null;
    }
    try {
      return source.get();
    } catch (IOException e) {
      for (Listener listener : overTcp) {
        if (listener.access().equals(Access.OWN)) {
          throw new ListenException(
              "ninep",
              listener.address().toString(),
              "9P over TCP: Linux only (%s); listen on a Unix socket".formatted(e.getMessage()));
        }
      }
      return null;
    }
  }

  private BoundListener bind(Listener listener) throws IOException {
    SharedFileSystem exported = listener.export(fileSystem);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel, listener, exported);
                  }
                })
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT);
    return BoundListener.bind(bootstrap, transport, listener.address());
  }

  private void accept(Channel channel, Listener listener, SharedFileSystem exported) {
    accepted.increment();
    Peer peer = peers.of(channel);
    Connections.Place place = connections.place(peer);
    LocalAttachPolicy policy =
        new LocalAttachPolicy(
            host,
            users,
            peer.identity(),
            listener.access(),
            peer.address(),
            reason -> place.refuse(Reason.ATTACH, reason));
    Connection connection =
        new Connection(
            "9p-" + lastId.incrementAndGet(),
            channel,
            new Service(
                exported,
                policy,
                place,
                options.session(),
                memory.openForStranger(),
                workers,
                identities,
                transport.quickAck(channel)),
            new RequestLimits(options.maxRequests(), options.maxBytesInFlight()));
    channel.pipeline().addLast(connection);
    connections.add(connection, place);
    ChannelFuture closed = channel.closeFuture();
    var _ = closed.addListener(_ -> connections.remove(connection, place));
    var timeout =
        channel
            .eventLoop()
            .schedule(
                () -> {
                  if (!connection.hasAttached()) {
                    place.refuse(Reason.TIMEOUT, "after " + shown(options.handshakeTimeout()));
                    var _ = channel.close();
                  }
                },
                options.handshakeTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
    var _ = closed.addListener(_ -> timeout.cancel(false));
  }

  private static String shown(Duration time) {
    return Quantity.duration(time.toMillis());
  }

  @Override
  public List<String> addresses() {
    return listeners.stream().map(l -> l.address().toString()).toList();
  }

  @Override
  public List<Recipe> recipes() {
    List<Recipe> recipes = new ArrayList<>();
    for (int i = 0; i < listeners.size(); i++) {
      MountRecipes.of(listeners.get(i).address(), options.listeners().get(i))
          .ifPresent(recipes::add);
    }
    return recipes;
  }

  @Override
  public List<SessionInfo> sessions() {
    return connections.all().stream().map(Connection::info).flatMap(Optional::stream).toList();
  }

  @Override
  public boolean disconnect(String sessionId) {
    Connection connection = connections.find(sessionId);
    if (connection == null) {
      return false;
    }
    connection.disconnect();
    return true;
  }

  /**
   * 9P has no message that ends a connection: clients only notice when {@link #close()} follows.
   */
  @Override
  public void drain(Duration atMost) {
    listeners.forEach(BoundListener::close);
    CompletableFuture<?>[] idle =
        connections.all().stream().map(Connection::idle).toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(idle).get(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      log.info("requests are still in flight after {}; they are aborted", shown(atMost));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e); // no future completes exceptionally
    }
  }

  @Override
  public void close() {
    listeners.forEach(BoundListener::close);
    // Closing runs on the event loops, which pass the aborts to the workers before they end.
    connections.all().forEach(Connection::disconnect);
    loops.shutdownGracefully(0, LET_GO.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly();
    identities.shutdown();
    workers.shutdown();
    if (owners != null) {
      owners.close();
    }
    refusals.sweep();
    try {
      if (!workers.awaitTermination(LET_GO.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn(
            "file systems have not returned from requests that were aborted {} ago", shown(LET_GO));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
