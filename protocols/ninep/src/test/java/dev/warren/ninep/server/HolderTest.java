package dev.warren.ninep.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Caller;
import dev.warren.api.Metrics;
import dev.warren.frontend.Source;
import dev.warren.frontend.Source.Kind;
import dev.warren.ninep.session.SessionLimits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whose share of the memory budget a connection uses. */
class HolderTest {
  private final Connections connections =
      new Connections(
          new ServerOptions(
              List.of(),
              new SessionLimits(8192, 16, 65_536),
              1,
              65_536,
              1,
              1,
              Duration.ofSeconds(1)),
          new Refusals(Metrics.NONE),
          new Random(1));

  private static Caller caller(int uid, boolean trusted) {
    return new Caller("somebody", uid, uid, List.of(), "9p", "somewhere", trusted);
  }

  private String holder(Source source, Caller caller) {
    return connections.place(new Peer(source, OptionalInt::empty, "somewhere")).holder(caller);
  }

  @Test
  void aTrustedClientIsCountedAsTheUserItNames() {
    Source here = Source.local(Kind.LOOPBACK, OptionalInt.of(0));
    assertThat(holder(here, caller(1000, true)))
        .isEqualTo(holder(Source.local(Kind.UNIX, OptionalInt.of(1000)), caller(1000, true)))
        .isNotEqualTo(holder(here, caller(1001, true)));
  }

  /** An untrusted client could name a thousand users, and get a share for each. */
  @Test
  void otherClientsHaveOneShareWhateverUserTheyName() throws Exception {
    Source there = Source.of(new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 1));
    Source elsewhere = Source.of(new InetSocketAddress(InetAddress.getByName("192.0.2.2"), 1));
    assertThat(holder(there, caller(1000, false)))
        .isEqualTo(holder(there, caller(1001, false)))
        .isNotEqualTo(holder(elsewhere, caller(1000, false)))
        .isNotEqualTo(holder(there, caller(1000, true)));
  }
}
