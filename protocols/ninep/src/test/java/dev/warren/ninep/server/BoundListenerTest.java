package dev.warren.ninep.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.frontend.ListenException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The options of connections over TCP. */
class BoundListenerTest {
  @ParameterizedTest
  @EnumSource(Transport.class)
  void repliesAreNotHeldBackAndDeadPeersAreNoticed(Transport transport) throws Exception {
    CompletableFuture<Channel> accepted = new CompletableFuture<>();
    try (EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, transport.handlers())) {
      ServerBootstrap bootstrap =
          new ServerBootstrap()
              .group(loop)
              .childHandler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                      accepted.complete(channel);
                    }
                  });
      BoundListener listener =
          BoundListener.bind(bootstrap, transport, ListenAddress.parse("127.0.0.1:0"));
      InetSocketAddress bound = ((ListenAddress.Tcp) listener.address()).socket();
      try (SocketChannel _ = SocketChannel.open(bound)) {
        Channel channel = accepted.get();
        assertThat(channel.config().getOption(ChannelOption.TCP_NODELAY)).isTrue();
        assertThat(channel.config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
        transport.quickAck(channel).run();
        if (channel instanceof EpollSocketChannel epoll) {
          assertThat(epoll.config().isTcpQuickAck()).isTrue();
        }
      }
      listener.close();
    }
  }

  /** Netty's own text would differ from that of the other front ends. */
  @ParameterizedTest
  @EnumSource(Transport.class)
  void anAddressInUseIsReportedAsByOtherFrontEnds(Transport transport) throws Exception {
    try (EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, transport.handlers());
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ServerBootstrap bootstrap =
          new ServerBootstrap().group(loop).childHandler(new ChannelInboundHandlerAdapter());
      String address = "127.0.0.1:" + taken.getLocalPort();
      assertThatThrownBy(
              () -> BoundListener.bind(bootstrap, transport, ListenAddress.parse(address)))
          .isInstanceOf(ListenException.class)
          .hasMessageStartingWith(
              "ninep cannot listen on " + address + ": Address already in use; \"ss -ltnp");
    }
  }
}
