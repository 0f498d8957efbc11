package dev.warren.ninep.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.VfsPath;
import dev.warren.ninep.auth.Access;
import dev.warren.ninep.session.SessionLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A system that does not know the owner of a TCP connection. */
class UnknownPeersTest {
  private static ServerOptions at(String address, Access access) {
    return new ServerOptions(
        List.of(new Listener(ListenAddress.parse(address), VfsPath.ROOT, false, access)),
        new SessionLimits(8192, 10, 1000),
        1,
        1000,
        1,
        1,
        Duration.ofSeconds(1));
  }

  private static NinepServer.OwnersSource missing() {
    return () -> {
      throw new IOException("no /proc/net/tcp");
    };
  }

  @Test
  void overTcpNoClientCouldBeAcceptedAndThatIsReported() {
    assertThatThrownBy(() -> NinepServer.owners(at("127.0.0.1:5640", Access.OWN), missing()))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "ninep cannot listen on 127.0.0.1:5640: 9P over TCP: Linux only (no /proc/net/tcp);"
                + " listen on a Unix socket");
  }

  @Test
  void aUnixSocketAndAnOpenPortNeedNoOwners() throws Exception {
    assertThat(NinepServer.owners(at("unix:/x", Access.OWN), missing())).isNull();
    assertThat(NinepServer.owners(at("127.0.0.1:0", new Access(true, false)), missing())).isNull();
  }
}
