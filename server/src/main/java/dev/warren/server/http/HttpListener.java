package dev.warren.server.http;

import dev.warren.api.Metrics;
import dev.warren.frontend.AddressText;
import dev.warren.frontend.ListenException;
import dev.warren.frontend.Recipe;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.frontend.SessionInfo;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * Serves all addresses on one thread that does nothing else: pages are computed elsewhere, and no
 * mount uses this thread.
 */
final class HttpListener implements RunningFrontEnd {
  /** Responses are short: no client needs longer to read one when the host is ending. */
  private static final Duration LONGEST_DRAIN = Duration.ofSeconds(2);

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("http-loop", true), NioIoHandler.newFactory());
  private final EventExecutor loop = loops.next();
  private final ChannelGroup connections = new DefaultChannelGroup(loop);
  private final List<Channel> listeners = new ArrayList<>();
  private final List<String> addresses = new ArrayList<>();
  private final ScheduledExecutorService sampler =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("http-throughput").factory());
  private final AtomicInteger open = new AtomicInteger();
  private final Responses responses;
  private final HttpService service;

  private HttpListener(
      HostFrontEndContext context, Throughput throughput, HostNames names, HttpLimits httpLimits) {
    responses =
        Responses.of(
            context, throughput, new JobReports(context.fileSystem()), httpLimits.computing());
    Metrics metrics = context.metrics();
    metrics.describe("http_connections", "connections that are open");
    metrics.gauge("http_connections", open::get);
    service =
        new HttpService(
            responses,
            names,
            httpLimits,
            new ConnectionQuota(
                httpLimits.connections(), httpLimits.waitingBytes(), RandomGenerator.getDefault()),
            new Drops(metrics, Clock.systemUTC()));
  }

  /**
   * Starts to listen.
   *
   * @throws IOException if an address cannot be bound; nothing is open then
   */
  static HttpListener start(
      HostFrontEndContext context,
      List<InetSocketAddress> addresses,
      HostNames names,
      HttpLimits httpLimits)
      throws IOException {
    Throughput throughput = new Throughput(context::totals, Clock.systemUTC());
    HttpListener listener = new HttpListener(context, throughput, names, httpLimits);
    try {
      for (InetSocketAddress address : addresses) {
        listener.listen(address);
      }
    } catch (IOException | RuntimeException e) {
      listener.close();
      throw e;
    }
    long millis = Throughput.INTERVAL.toMillis();
    var _ =
        listener.sampler.scheduleAtFixedRate(
            throughput::tick, millis, millis, TimeUnit.MILLISECONDS);
    return listener;
  }

  private void listen(InetSocketAddress address) throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new FixedRecvByteBufAllocator(HttpLimits.READ_BUFFER).maxMessagesPerRead(1))
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel);
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new ListenException("http", AddressText.of(address), bound.cause());
    }
    String url = url((InetSocketAddress) bound.channel().localAddress());
    bound.channel().pipeline().addLast(new AcceptFailures(url, System::nanoTime));
    listeners.add(bound.channel());
    addresses.add(url);
  }

  /** Returns the URL for browsers. */
  private static String url(InetSocketAddress address) {
    return "http://%s/".formatted(AddressText.of(address));
  }

  private void accept(Channel channel) {
    HttpConnection connection = new HttpConnection(service, channel);
    if (service.isEnding() || !service.quota().add(connection)) {
      connection.drop();
      return;
    }
    open.incrementAndGet();
    connections.add(channel);
    var _ =
        channel
            .closeFuture()
            .addListener(
                _ -> {
                  open.decrementAndGet();
                  service.quota().remove(connection);
                });
    channel
        .pipeline()
        .addLast(
            new HttpServerCodec(
                new HttpDecoderConfig()
                    .setMaxInitialLineLength(HttpLimits.MOST_LINE)
                    .setMaxHeaderSize(HttpLimits.MOST_HEADERS)),
            new FlowControlHandler(),
            connection);
  }

  @Override
  public List<String> addresses() {
    return List.copyOf(addresses);
  }

  @Override
  public List<Recipe> recipes() {
    return addresses().stream()
        .limit(1)
        .map(url -> new Recipe("health; a status page is at " + url, "curl -s " + url + "readyz"))
        .toList();
  }

  /** Returns no sessions: requests are too short to be listed. */
  @Override
  public List<SessionInfo> sessions() {
    return List.of();
  }

  @Override
  public boolean disconnect(String sessionId) {
    return false;
  }

  @Override
  public void drain(Duration atMost) {
    listeners.forEach(listener -> listener.close().awaitUninterruptibly());
    Duration wait = atMost.compareTo(LONGEST_DRAIN) < 0 ? atMost : LONGEST_DRAIN;
    loop.submit(
            () -> {
              service.end();
              for (Channel channel : connections) {
                channel.pipeline().get(HttpConnection.class).goodbye();
              }
            })
        .awaitUninterruptibly();
    connections.newCloseFuture().awaitUninterruptibly(wait.toMillis());
  }

  @Override
  public void close() {
    sampler.shutdownNow();
    listeners.forEach(listener -> listener.close().awaitUninterruptibly());
    connections.close().awaitUninterruptibly(LONGEST_DRAIN.toMillis());
    responses.close();
    loops
        .shutdownGracefully(0, LONGEST_DRAIN.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly();
  }
}
