package dev.warren.ninep.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.ninep.Logged;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The log while no connection can be accepted. */
class AcceptFailuresTest {
  @Test
  void oneLineAMinuteNamesTheRemedy() {
    AtomicLong now = new AtomicLong(-5);
    ListenAddress address =
        new ListenAddress.Tcp(new InetSocketAddress(InetAddress.getLoopbackAddress(), 5640));
    EmbeddedChannel channel = new EmbeddedChannel(new AcceptFailures(address, now::get));
    try (Logged logged = new Logged("")) {
      for (int second = 0; second < 60; second++) {
        channel
            .pipeline()
            .fireExceptionCaught(
                new IOException("accept(..) failed with error(-24): Too many open files"));
        now.addAndGet(Duration.ofSeconds(1).toNanos());
      }
      assertThat(logged.lines())
          .containsExactly(
              "cannot accept connections on 127.0.0.1:5640: accept(..) failed with error(-24):"
                  + " Too many open files (raise the limit of open files: LimitNOFILE of the"
                  + " unit, or ulimit -n)");
      channel.pipeline().fireExceptionCaught(new IOException("x"));
      assertThat(logged.lines())
          .hasSize(2)
          .last()
          .isEqualTo(
              "cannot accept connections on 127.0.0.1:5640: x; 59 times more since the last line");
      assertThat(logged.events()).allMatch(event -> event.getThrowableProxy() == null);
    }
    channel.finish();
  }
}
