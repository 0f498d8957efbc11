package dev.warren.ninep.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel's data about connections within this system. */
class SocketOwnersTest {
  private static final int OWN = HostIdentity.ofProcess().uid();

  private static InetSocketAddress local(SocketChannel socket) throws IOException {
    return (InetSocketAddress) socket.getLocalAddress();
  }

  private static InetSocketAddress remote(SocketChannel socket) throws IOException {
    return (InetSocketAddress) socket.getRemoteAddress();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void bothMethodsFindTheOwnerOfAConnection(String address) throws Exception {
    for (SocketOwners owners : List.of(SocketDiag.open(), new SocketTable())) {
      try (owners;
          ServerSocketChannel server = ServerSocketChannel.open()) {
        server.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
        SocketChannel client = SocketChannel.open(server.getLocalAddress());
        InetSocketAddress here = local(client);
        InetSocketAddress there = remote(client);
        try (SocketChannel accepted = server.accept()) {
          assertThat(owners.owner(here, there)).hasValue(OWN);
          assertThat(owners.owner(local(accepted), remote(accepted))).hasValue(OWN);
          // A listening socket is not connected.
          assertThat(owners.owner(there, new InetSocketAddress(here.getAddress(), 1))).isEmpty();
          client.close();
          assertThat(owners.owner(here, there)).isEmpty();
        }
      }
    }
  }

  /** A client with an IPv6 socket that is connected to an IPv4 address. */
  @Test
  void aMappedAddressIsFound() throws Exception {
    try (SocketDiag owners = SocketDiag.open();
        ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
      try (SocketChannel client = SocketChannel.open(java.net.StandardProtocolFamily.INET6)) {
        client.connect(server.getLocalAddress());
        try (SocketChannel accepted = server.accept()) {
          assertThat(owners.owner(/* local= */ remote(accepted), /* remote= */ local(accepted)))
              .hasValue(OWN);
        }
      }
    }
  }

  @Test
  void theBestMethodIsNonBlocking() throws Exception {
    try (SocketOwners owners = SocketOwners.best()) {
      assertThat(owners.isNonBlocking()).isTrue();
    }
  }

  @Test
  void lookUpsFailAfterTheClose() throws Exception {
    SocketDiag owners = SocketDiag.open();
    owners.close();
    owners.close();
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    assertThatCode(() -> owners.owner(any, any)).isInstanceOf(IOException.class);
  }
}
