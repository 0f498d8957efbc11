package dev.warren.ninep.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.MemoryBudget;
import dev.warren.api.Metrics;
import dev.warren.namespace.Namespace;
import dev.warren.ninep.session.SessionLimits;
import io.netty.channel.DefaultChannelId;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Netty is told what machine it is on; it would look for a network card, and warn without one. */
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
      for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
        byte[] address = each.getHardwareAddress();
        if (address != null && address.length == 6 && address[5] != 0) {
          assertThat(id).doesNotContain(HexFormat.of().formatHex(address, 3, 6));
        }
      }
      assertThat(System.getProperty("io.netty.machineId")).isNotNull();
    }
  }
}
