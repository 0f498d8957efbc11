package dev.warren.sftp.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.List;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("AddressSelection") // all are literals
class KnownHostsTest {
  @TempDir Path directory;

  private List<String> names(SocketAddress... bound) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair key = generator.generateKeyPair();
    String entry = " " + PublicKeyEntry.toString(key.getPublic());
    List<String> lines =
        Files.readAllLines(KnownHosts.write(directory, List.of(key), Arrays.asList(bound)));
    assertThat(lines).allMatch(line -> line.endsWith(entry));
    return lines.stream().map(line -> line.substring(0, line.length() - entry.length())).toList();
  }

  @Test
  void loopbackHasItsNameToo() throws Exception {
    assertThat(names(new InetSocketAddress(InetAddress.getLoopbackAddress(), 2022)))
        .containsExactly("[127.0.0.1]:2022", "[localhost]:2022");
  }

  /** ssh writes addresses in the short form, and looks for that. */
  @Test
  void ipv6AddressesAreWrittenAsBySsh() throws Exception {
    assertThat(names(new InetSocketAddress("::1", 2022), new InetSocketAddress("2001:db8::7", 22)))
        .containsExactly("[::1]:2022", "[localhost]:2022", "2001:db8::7");
  }

  @Test
  void theDefaultPortIsLeftOut() throws Exception {
    assertThat(names(new InetSocketAddress("192.0.2.1", 22))).containsExactly("192.0.2.1");
  }

  @Test
  void theWildcardAddressIsListedAsLoopback() throws Exception {
    assertThat(names(new InetSocketAddress(2022)))
        .containsExactly("[127.0.0.1]:2022", "[::1]:2022", "[localhost]:2022");
  }

  @Test
  void anOldFileIsReplaced() throws Exception {
    names(new InetSocketAddress("192.0.2.1", 2022));
    assertThat(names(new InetSocketAddress("192.0.2.1", 2023))).containsExactly("[192.0.2.1]:2023");
  }
}
