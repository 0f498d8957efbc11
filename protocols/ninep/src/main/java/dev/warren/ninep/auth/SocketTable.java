package dev.warren.ninep.auth;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;

/**
 * Looks up the owner of a local client's socket in the kernel's table of TCP sockets. Used where
 * {@link SocketDiag} does not work, because each lookup reads the table from its start.
 *
 * @see <a href="https://docs.kernel.org/networking/proc_net_tcp.html">/proc/net/tcp</a>
 */
final class SocketTable implements SocketOwners {
  /** TCP_ESTABLISHED. In other states the kernel may show uid 0 instead of the owner's. */
  private static final String ESTABLISHED = "01";

  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xFF, (byte) 0xFF};

  private final List<Path> tables;

  /** Reads the tables of this process's network namespace. */
  SocketTable() {
    this(List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6")));
  }

  /** Reads other files in the same format. */
  SocketTable(List<Path> tables) {
    this.tables = tables;
  }

  @Override
  public boolean isNonBlocking() {
    return false; // there may be tens of thousands of lines
  }

  @Override
  public void close() {}

  @Override
  public OptionalInt owner(InetSocketAddress local, InetSocketAddress remote) throws IOException {
    boolean read = false;
    for (Path table : tables) {
      if (!Files.isReadable(table)) {
        continue; // a kernel without IPv6
      }
      read = true;
      OptionalInt uid = ownerIn(table, local, remote);
      if (uid.isPresent()) {
        return uid;
      }
    }
    if (!read) {
      throw new IOException("cannot read " + tables);
    }
    return OptionalInt.empty();
  }

  private static OptionalInt ownerIn(Path table, InetSocketAddress local, InetSocketAddress remote)
      throws IOException {
    // Cheap filter by port before the line is parsed.
    String port = ":%04X ".formatted(local.getPort());
    try (BufferedReader lines = Files.newBufferedReader(table)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.contains(port)) {
          continue;
        }
        // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid ...
        String[] fields = line.strip().split("\\s+", -1);
        if (fields.length > 7
            && fields[3].equals(ESTABLISHED)
            && isAddress(fields[1], local)
            && isAddress(fields[2], remote)) {
          return OptionalInt.of(Integer.parseUnsignedInt(fields[7]));
        }
      }
    }
    return OptionalInt.empty();
  }

  private static boolean isAddress(String field, InetSocketAddress address) {
    int colon = field.indexOf(':');
    return colon > 0
        && Integer.parseInt(field.substring(colon + 1), 16) == address.getPort()
        && Arrays.equals(
            normal(fromKernel(field.substring(0, colon))), normal(bytes(address.getAddress())));
  }

  /** Converts an address: each 32-bit word is printed as a number in the machine's byte order. */
  private static byte[] fromKernel(String hex) {
    ByteBuffer words = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    ByteBuffer out = ByteBuffer.allocate(words.capacity()).order(ByteOrder.nativeOrder());
    while (words.hasRemaining()) {
      out.putInt(words.getInt());
    }
    return out.array();
  }

  private static byte[] bytes(InetAddress address) {
    return switch (address) {
      case Inet4Address four -> four.getAddress();
      case Inet6Address six -> six.getAddress();
      default -> new byte[0];
    };
  }

  /** Converts an IPv4-mapped IPv6 address, such as ::ffff:127.0.0.1, to the IPv4 address. */
  private static byte[] normal(byte[] address) {
    return address.length == 16
            && Arrays.equals(address, 0, MAPPED.length, MAPPED, 0, MAPPED.length)
        ? Arrays.copyOfRange(address, MAPPED.length, 16)
        : address;
  }
}
