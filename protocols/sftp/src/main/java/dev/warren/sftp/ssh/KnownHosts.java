package dev.warren.sftp.ssh;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.warren.frontend.AddressText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.sshd.common.config.keys.PublicKeyEntry;

/**
 * A file with the host's public keys for clients on the same machine, which can then verify the
 * host instead of trusting it: {@code ssh -o UserKnownHostsFile=...}. Written at each start, since
 * addresses change. The format is that of sshd(8), SSH_KNOWN_HOSTS FILE FORMAT.
 */
final class KnownHosts {
  static final String FILE = "known_hosts";

  private KnownHosts() {}

  /**
   * Writes the file.
   *
   * @return the file's path
   * @throws IOException if it cannot be written
   */
  static Path write(Path directory, List<KeyPair> keys, Collection<SocketAddress> bound)
      throws IOException {
    StringBuilder text = new StringBuilder();
    for (String name : names(bound)) {
      for (KeyPair key : keys) {
        text.append(name).append(' ');
        text.append(PublicKeyEntry.toString(key.getPublic())).append('\n');
      }
    }
    Path file = directory.resolve(FILE);
    AtomicFile.write(file, text.toString().getBytes(US_ASCII), "rw-r--r--");
    return file;
  }

  /** Whether the file exists from an earlier start and contains a key of a type. */
  static boolean has(Path directory, HostKeyType type) throws IOException {
    Path file = directory.resolve(FILE);
    return Files.exists(file)
        && Files.readAllLines(file, US_ASCII).stream()
            .anyMatch(line -> line.contains(" " + type.algorithm() + " "));
  }

  private static Set<String> names(Collection<SocketAddress> bound) {
    Set<String> names = new LinkedHashSet<>();
    for (SocketAddress address : bound) {
      if (address instanceof InetSocketAddress socket) {
        InetAddress ip = socket.getAddress();
        if (ip.isAnyLocalAddress()) {
          names.add(name("127.0.0.1", socket.getPort()));
          names.add(name("::1", socket.getPort()));
        } else {
          names.add(name(AddressText.of(ip), socket.getPort()));
        }
        if (ip.isAnyLocalAddress() || ip.isLoopbackAddress()) {
          names.add(name("localhost", socket.getPort()));
        }
      }
    }
    return names;
  }

  private static String name(String host, int port) {
    return port == 22 ? host : "[" + host + "]:" + port;
  }
}
