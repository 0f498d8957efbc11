package dev.warren.sftp.proxy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Version 1: a line such as {@code PROXY TCP4 192.0.2.1 192.0.2.2 4000 2022}. */
final class TextHeader {
  static final byte FIRST_BYTE = 'P';

  /** Maximum length, with the line break. */
  private static final int MAX_LENGTH = 107;

  static final byte[] START = "PROXY ".getBytes(StandardCharsets.ISO_8859_1);
  private static final Pattern UNKNOWN = Pattern.compile("PROXY UNKNOWN( .*)?");
  private static final Pattern FOUR = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  private static final Pattern SIX = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
  private static final Pattern PORT = Pattern.compile("0|[1-9][0-9]{0,4}");
  private static final int MAX_PORT = 65_535;

  private TextHeader() {}

  /** Whether the bytes so far are a whole line. */
  static boolean isComplete(byte[] bytes, int length) throws BadHeaderException {
    byte last = bytes[length - 1];
    if (length <= START.length && last != START[length - 1]) {
      throw new BadHeaderException("the proxy sent no PROXY header");
    }
    if (last == '\n') {
      if (bytes[length - 2] != '\r') {
        throw new BadHeaderException("a PROXY header with a wrong line break");
      }
      return true;
    }
    if (length == MAX_LENGTH) {
      throw new BadHeaderException("a PROXY header of more than " + MAX_LENGTH + " bytes");
    }
    return false;
  }

  static ProxyHeader decode(byte[] bytes, int length) throws BadHeaderException {
    String line = new String(bytes, 0, length - 2, StandardCharsets.ISO_8859_1);
    if (UNKNOWN.matcher(line).matches()) {
      return ProxyHeader.NO_CLIENT;
    }
    String[] words = line.split(" ", -1);
    if (words.length != 6) {
      throw new BadHeaderException("a PROXY header without two addresses and ports");
    }
    Pattern form =
        switch (words[1]) {
          case "TCP4" -> FOUR;
          case "TCP6" -> SIX;
          default -> throw new BadHeaderException("a PROXY header of an unknown protocol");
        };
    InetAddress client = address(words[2], form);
    InetAddress _ = address(words[3], form);
    int port = port(words[4]);
    int _ = port(words[5]);
    return new ProxyHeader(new InetSocketAddress(client, port));
  }

  private static InetAddress address(String text, Pattern form) throws BadHeaderException {
    if (form.matcher(text).matches()) {
      try {
        return InetAddress.ofLiteral(text);
      } catch (IllegalArgumentException e) {
        // refused below
      }
    }
    throw new BadHeaderException("a PROXY header with a wrong address");
  }

  private static int port(String text) throws BadHeaderException {
    int port = PORT.matcher(text).matches() ? Integer.parseInt(text) : MAX_PORT + 1;
    if (port > MAX_PORT) {
      throw new BadHeaderException("a PROXY header with a wrong port");
    }
    return port;
  }
}
