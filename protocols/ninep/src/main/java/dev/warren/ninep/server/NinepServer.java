package dev.warren.ninep.server;

import dev.warren.api.Metrics;
import dev.warren.api.frontend.Recipe;
import dev.warren.api.frontend.RunningFrontEnd;
import dev.warren.api.frontend.SessionInfo;
import dev.warren.api.frontend.SharedFileSystem;
import dev.warren.ninep.auth.HostIdentity;
import dev.warren.ninep.auth.LocalGate;
import dev.warren.ninep.auth.SocketTable;
import dev.warren.ninep.auth.UserTable;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listeners and their connections. */
public final class NinepServer implements RunningFrontEnd {
  private static final Logger log = LoggerFactory.getLogger(NinepServer.class);

  /** How long {@link #close()} waits for file systems to let go of what was aborted. */
  private static final Duration LET_GO = Duration.ofSeconds(10);

  private final SharedFileSystem fileSystem;
  private final ServerOptions options;
  private final Transport transport;
  private final HostIdentity host = HostIdentity.ofProcess();
  private final UserTable users = new UserTable();
  private final Peers peers = new Peers(new SocketTable(), users);
  private final EventLoopGroup loops;
  private final ExecutorService workers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("ninep-", 0).factory());
  private final List<BoundListener> listeners = new ArrayList<>();
  private final Map<String, Connection> connections = new ConcurrentHashMap<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicLong lastId = new AtomicLong();
  private final Metrics.Counter accepted;
  private final Metrics.Counter refused;

  private NinepServer(
      SharedFileSystem fileSystem, ServerOptions options, Transport transport, Metrics metrics) {
    this.fileSystem = fileSystem;
    this.options = options;
    this.transport = transport;
    this.loops =
        new MultiThreadIoEventLoopGroup(
            Runtime.getRuntime().availableProcessors(),
            new DefaultThreadFactory("ninep-loop", true),
            transport.handlers());
    metrics.describe("ninep_connections_accepted_total", "connections that were let in");
    metrics.describe(
        "ninep_connections_refused_total", "connections turned away as too many were open");
    metrics.describe("ninep_connections", "connections that are open");
    this.accepted = metrics.counter("ninep_connections_accepted_total");
    this.refused = metrics.counter("ninep_connections_refused_total");
    metrics.gauge("ninep_connections", open::get);
  }

  /**
   * Binds all addresses and serves.
   *
   * @throws IOException if one cannot be bound; nothing is open then
   */
  public static NinepServer start(
      SharedFileSystem fileSystem, ServerOptions options, Transport transport, Metrics metrics)
      throws IOException {
    NinepServer server = new NinepServer(fileSystem, options, transport, metrics);
    try {
      for (Listener listener : options.listeners()) {
        server.listeners.add(server.bind(listener));
      }
      return server;
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
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
                    accept(channel, exported);
                  }
                })
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT);
    return BoundListener.bind(bootstrap, transport, listener.address());
  }

  private void accept(Channel channel, SharedFileSystem exported) {
    if (open.incrementAndGet() > options.maxConnections()) {
      open.decrementAndGet();
      refused.increment();
      var _ = channel.close();
      return;
    }
    accepted.increment();
    String id = "9p-" + lastId.incrementAndGet();
    LocalGate gate =
        new LocalGate(
            host, users, peers.of(channel), options.allowRemote(), Peers.describe(channel));
    Connection connection =
        new Connection(
            id,
            channel,
            exported,
            gate,
            options.session(),
            new Bounds(options.maxRequests(), options.maxBytesInFlight()),
            workers,
            transport.quickAck(channel));
    connections.put(id, connection);
    ChannelFuture closed = channel.closeFuture();
    var _ =
        closed.addListener(
            _ -> {
              connections.remove(id);
              open.decrementAndGet();
            });
    channel.pipeline().addLast(connection);
    var timeout =
        channel
            .eventLoop()
            .schedule(
                () -> {
                  if (!connection.isAttached()) {
                    log.info("{}: closed: not attached after {}", id, options.handshakeTimeout());
                    var _ = channel.close();
                  }
                },
                options.handshakeTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
    var _ = closed.addListener(_ -> timeout.cancel(false));
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
    return connections.values().stream().map(Connection::info).flatMap(Optional::stream).toList();
  }

  @Override
  public boolean disconnect(String sessionId) {
    Connection connection = connections.get(sessionId);
    if (connection == null) {
      return false;
    }
    connection.disconnect();
    return true;
  }

  /** 9P has no goodbye: clients notice when {@link #close()} follows. */
  @Override
  public void drain(Duration atMost) {
    listeners.forEach(BoundListener::close);
    CompletableFuture<?>[] idle =
        connections.values().stream().map(Connection::idle).toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(idle).get(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      log.info("requests still run after {}; they are ended", atMost);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e); // nobody completes them so
    }
  }

  @Override
  public void close() {
    listeners.forEach(BoundListener::close);
    // Closing runs on the event loops, which hand the aborts to the workers before they end.
    connections.values().forEach(Connection::disconnect);
    loops.shutdownGracefully(0, LET_GO.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly();
    workers.shutdown();
    try {
      if (!workers.awaitTermination(LET_GO.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("file systems still run requests that were ended {} ago", LET_GO);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
