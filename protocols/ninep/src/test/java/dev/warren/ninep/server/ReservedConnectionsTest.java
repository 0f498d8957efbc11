package dev.warren.ninep.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.Metrics;
import dev.warren.frontend.Source;
import dev.warren.frontend.Source.Kind;
import dev.warren.ninep.session.SessionLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A quarter of {@code max_connections} is reserved for trusted clients. */
class ReservedConnectionsTest {
  private final Connections connections =
      new Connections(
          new ServerOptions(
              List.of(),
              new SessionLimits(8192, 16, 65_536),
              1,
              65_536,
              4,
              1,
              Duration.ofSeconds(1)),
          new Refusals(Metrics.NONE),
          new Random(1));

  private Connections.Place attach(boolean trusted) throws FsException {
    Source source = Source.local(Kind.LOOPBACK, OptionalInt.of(0));
    Connections.Place place = connections.place(new Peer(source, OptionalInt::empty, "somewhere"));
    place.admit(new Caller("somebody", 1, 1, List.of(), "9p", "somewhere", trusted));
    return place;
  }

  private void isRefused(boolean trusted) {
    int attached = connections.attached();
    assertThatThrownBy(() -> attach(trusted))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EMFILE));
    assertThat(connections.attached()).isEqualTo(attached);
  }

  @Test
  void strangersCannotTakeTheLastQuarter() throws Exception {
    List<Connections.Place> strangers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      strangers.add(attach(false));
    }
    isRefused(false);
    attach(true);
    isRefused(true);
    isRefused(false);
    strangers.getFirst().leave();
    attach(false);
    isRefused(true);
  }

  @Test
  void trustedClientsCanTakeThemAll() throws Exception {
    Connections.Place first = attach(true);
    for (int i = 1; i < 4; i++) {
      attach(true);
    }
    isRefused(true);
    isRefused(false);
    first.leave();
    attach(false);
    isRefused(false);
  }
}
