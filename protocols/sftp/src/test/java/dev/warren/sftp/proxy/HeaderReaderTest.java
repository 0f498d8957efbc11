package dev.warren.sftp.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.sftp.proxy.HeaderReader.Beginning;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Headers as HAProxy 2.6 sends them, and all others, with the lengths and codes of the standard.
 */
class HeaderReaderTest {
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

  /** From 127.0.0.9:40003 to 127.0.0.1:17102. */
  private static final String FOUR = SIGNATURE + "2111000c7f0000097f0000019c4342ce";

  private static final String SIX_LOOPBACK = "0000000000000000" + "0000000000000001";

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static byte[] text(String line) {
    return line.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Reads a header that must end with the last byte, and not before it. */
  private static ProxyHeader read(byte[] header) throws BadHeaderException {
    HeaderReader reader = new HeaderReader();
    for (int i = 0; i < header.length - 1; i++) {
      assertThat(reader.add(header[i])).as("after byte " + i).isEmpty();
    }
    Optional<ProxyHeader> last = reader.add(header[header.length - 1]);
    return last.orElseThrow();
  }

  private static ProxyHeader read(String hex) throws BadHeaderException {
    return read(bytes(hex));
  }

  private static ProxyHeader from(String address, int port) {
    return new ProxyHeader(new InetSocketAddress(InetAddress.ofLiteral(address), port));
  }

  /** The byte at which the header is refused. */
  private static int refusedAt(byte[] header) {
    HeaderReader reader = new HeaderReader();
    for (int i = 0; i < header.length; i++) {
      try {
        assertThat(reader.add(header[i])).isEmpty();
      } catch (BadHeaderException e) {
        assertThat(e).hasMessageContaining("PROXY header");
        return i;
      }
    }
    throw new AssertionError("not refused");
  }

  private static int lastOf(String hex) {
    return hex.length() / 2 - 1;
  }

  @Test
  void haproxysHeaders() throws BadHeaderException {
    assertThat(read(FOUR)).isEqualTo(from("127.0.0.9", 40003));
    assertThat(
            read(
                SIGNATURE
                    + "211100237f0000097f0000019c4142cd"
                    + "03000437023f03"
                    + "05000d37463030303030393a39433431"))
        .as("with a checksum and an id")
        .isEqualTo(from("127.0.0.9", 40001));
    assertThat(
            read(
                SIGNATURE
                    + "21210053"
                    + SIX_LOOPBACK
                    + SIX_LOOPBACK
                    + "9c4242cd03000441bd0f6d"
                    + "05002530303030303030303030303030303030303030303030303030303030303030313a39433432"))
        .isEqualTo(from("::1", 40002));
    assertThat(read(SIGNATURE + "20000000")).as("a check").isEqualTo(ProxyHeader.NO_CLIENT);
    assertThat(read(text("PROXY TCP4 127.0.0.1 127.0.0.2 34238 17104\r\n")))
        .isEqualTo(from("127.0.0.1", 34238));
  }

  @Test
  void longAddresses() throws BadHeaderException {
    String source = "20010db8000000000000000000000a0b";
    assertThat(read(SIGNATURE + "21210024" + source + SIX_LOOPBACK + "ffff07e6"))
        .isEqualTo(from("2001:db8::a0b", 65535));
    assertThat(
            read(
                SIGNATURE
                    + "21210024"
                    + "00000000000000000000ffffc0000201"
                    + SIX_LOOPBACK
                    + "100007e6"))
        .as("an address of IPv4")
        .isEqualTo(from("192.0.2.1", 4096));
  }

  @ParameterizedTest
  @CsvSource({
    "an unknown family,           21000000",
    "with anything after it,      21000003ffffff",
    "UDP,                         2112000c7f0000097f0000019c4342ce",
    "an unknown transport,        2110000c7f0000097f0000019c4342ce",
    "a check with addresses,      2011000c7f0000097f0000019c4342ce",
    "a check with nonsense,       20ff0005ffffffffff"
  })
  void noClient(String what, String hex) throws BadHeaderException {
    assertThat(read(SIGNATURE + hex)).as(what).isEqualTo(ProxyHeader.NO_CLIENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"31", "32", "30"})
  void unixSocketsHaveNoAddresses(String family) throws BadHeaderException {
    assertThat(read(SIGNATURE + "21" + family + "00d8" + "2f".repeat(216)))
        .isEqualTo(ProxyHeader.NO_CLIENT);
    String shorter = SIGNATURE + "21" + family + "00d7" + "2f".repeat(215);
    assertThat(refusedAt(bytes(shorter))).isEqualTo(lastOf(shorter));
  }

  @ParameterizedTest
  @CsvSource({
    "an address too few,          2111000b7f0000097f0000019c4342",
    "no address,                  21110000",
    "too short for IPv6,          21210023"
        + "00000000000000000000000000000000"
        + "00000000000000000000000000000000"
        + "9c4342",
    "half an extension,           2111000d7f0000097f0000019c4342ce04",
    "an extension too long,       211100107f0000097f0000019c4342ce04000200",
    "a short checksum,            211100127f0000097f0000019c4342ce0300030f0f0f",
    "a wrong checksum,            211100137f0000097f0000019c4142cd03000400000000",
    "an unknown command,          2211000c7f0000097f0000019c4342ce",
    "a family not defined,        2141000c7f0000097f0000019c4342ce",
    "a transport not defined,     2113000c7f0000097f0000019c4342ce"
  })
  void wrongLengthsAndUnknownCodes(String what, String hex) {
    assertThat(refusedAt(bytes(SIGNATURE + hex))).as(what).isEqualTo(lastOf(SIGNATURE + hex));
  }

  @ParameterizedTest
  @ValueSource(strings = {"11", "31", "01"})
  void otherVersions(String command) {
    assertThat(refusedAt(bytes(SIGNATURE + command + "11000c"))).isEqualTo(12);
  }

  /** Input that is no header is refused at the first wrong byte, without waiting for more. */
  @Test
  void noHeaderAtAll() {
    byte[] signature = bytes(SIGNATURE);
    for (int i = 0; i < signature.length; i++) {
      byte[] other = signature.clone();
      other[i] ^= 1;
      assertThat(refusedAt(other)).isEqualTo(i);
    }
    assertThat(refusedAt(text("SSH-2.0-x\r\n"))).isZero();
    assertThat(refusedAt(text("PROXX"))).isEqualTo(4);
  }

  @Test
  void atMostTwoKibibytes() throws BadHeaderException {
    String addresses = "7f0000097f0000019c4342ce";
    String padding = "04" + "07e1" + "00".repeat(0x7e1); // an extension without a meaning
    assertThat(read(SIGNATURE + "211107f0" + addresses + padding))
        .isEqualTo(from("127.0.0.9", 40003));
    assertThat(refusedAt(bytes(SIGNATURE + "211107f1"))).isEqualTo(15);
    assertThat(refusedAt(bytes(SIGNATURE + "2000ffff"))).as("not for checks either").isEqualTo(15);
  }

  @ParameterizedTest
  @CsvSource({
    "PROXY TCP4 192.0.2.1 192.0.2.2 0 65535,                 192.0.2.1,       0",
    "PROXY TCP6 2001:db8::1 ::1 4000 2022,                   2001:db8::1,     4000",
    "PROXY TCP6 ::ffff:192.0.2.1 ::1 4000 2022,              192.0.2.1,       4000"
  })
  void lines(String line, String address, int port) throws BadHeaderException {
    assertThat(read(text(line + "\r\n"))).isEqualTo(from(address, port));
  }

  @Test
  void linesWithoutAnAddress() throws BadHeaderException {
    String longest = "PROXY UNKNOWN " + "f".repeat(91);
    for (String line : new String[] {"PROXY UNKNOWN", "PROXY UNKNOWN ::1 x", longest}) {
      assertThat(read(text(line + "\r\n"))).isEqualTo(ProxyHeader.NO_CLIENT);
    }
    assertThat(refusedAt(text(longest + "f\r\n"))).isEqualTo(106);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY \r\n",
        "PROXY TCP4\r\n",
        "PROXY UNKNOWN\n",
        "PROXY UNKNOWNS\r\n",
        "PROXY TCP5 192.0.2.1 192.0.2.2 4000 2022\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 4000 2022 \r\n",
        "PROXY TCP4  192.0.2.1 192.0.2.2 4000\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2 4000 2022\r\n",
        "PROXY TCP4 192.0.2.256 192.0.2.2 4000 2022\r\n",
        "PROXY TCP4 localhost 192.0.2.2 4000 2022\r\n",
        "PROXY TCP4 ::1 ::1 4000 2022\r\n",
        "PROXY TCP6 192.0.2.1 192.0.2.2 4000 2022\r\n",
        "PROXY TCP6 fe80::1%lo ::1 4000 2022\r\n",
        "PROXY TCP6 [::1] ::1 4000 2022\r\n",
        "PROXY TCP6 1:2 ::1 4000 2022\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 65536 2022\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 04000 2022\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 -1 2022\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 4000 x\r\n"
      })
  void wrongLines(String line) {
    assertThat(refusedAt(text(line))).isEqualTo(line.length() - 1);
  }

  @Test
  void theBeginningOfAConnection() {
    byte[] header = bytes("ff" + FOUR);
    assertThat(HeaderReader.beginning(header, 1, header.length - 1)).isEqualTo(Beginning.HEADER);
    assertThat(HeaderReader.beginning(header, 1, 12)).isEqualTo(Beginning.HEADER);
    assertThat(HeaderReader.beginning(header, 1, 11)).isEqualTo(Beginning.PERHAPS);
    assertThat(HeaderReader.beginning(header, 1, 0)).isEqualTo(Beginning.PERHAPS);
    assertThat(HeaderReader.beginning(header, 0, 12)).isEqualTo(Beginning.NONE);
    assertThat(HeaderReader.beginning(text("PROXY"), 0, 5)).isEqualTo(Beginning.PERHAPS);
    assertThat(HeaderReader.beginning(text("PROXY "), 0, 6)).isEqualTo(Beginning.HEADER);
    assertThat(HeaderReader.beginning(text("\r\nSSH-2.0-"), 0, 10)).isEqualTo(Beginning.NONE);
  }
}
