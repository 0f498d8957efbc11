package dev.warren.ninep.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.MemoryBudget;
import dev.warren.api.Metrics;
import dev.warren.namespace.Namespace;
import dev.warren.ninep.session.SessionLimits;
import io.netty.channel.DefaultChannelId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Netty gets a fixed machine id: it would look for a network card, and warn if there is none. */
class ChannelIdTest {
  @Test
  void channelsAreNotNamedByANetworkCard() throws Exception {
    ServerOptions options =
        new ServerOptions(
            List.of(), new SessionLimits(8192, 16, 65_536), 1, 65_536, 1, 1, Duration.ofSeconds(1));
    try (Namespace files = new Namespace();
        NinepServer _ =
            NinepServer.start(
                files,
                options,
                Transport.best(),
                Metrics.NONE,
                new MemoryBudget(1 << 20, 1 << 20))) {
      String id = DefaultChannelId.newInstance().asLongText().replace("-", "");
      String told = System.getProperty("io.netty.machineId");
      assertThat(told).isNotNull();
      assertThat(id).startsWith(told.replace(":", ""));
    }
  }
}
