package dev.warren.sftp.source;

import java.net.InetAddress;
import java.util.regex.Pattern;

/**
 * The addresses that begin with the same bits.
 *
 * @param network an address with these bits
 * @param bits how many there are
 */
public record AddressBlock(InetAddress network, int bits) {
  /** Java also takes shorter forms, in which a mistyped address is another one. */
  private static final Pattern LITERAL =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F.:]*:.*");

  private static final Pattern BITS = Pattern.compile("[0-9]{1,3}");

  /**
   * Parses an address, or a block in CIDR notation.
   *
   * @throws IllegalArgumentException with the text and the reason
   */
  public static AddressBlock parse(String text) {
    int slash = text.indexOf('/');
    String literal = slash < 0 ? text : text.substring(0, slash);
    InetAddress network = address(literal, text);
    int all = network.getAddress().length * Byte.SIZE;
    if (slash < 0) {
      return new AddressBlock(network, all);
    }
    String length = text.substring(slash + 1);
    if (!BITS.matcher(length).matches() || Integer.parseInt(length) > all) {
      throw new IllegalArgumentException(
          "'%s' needs a number from 0 to %d after the slash".formatted(text, all));
    }
    return new AddressBlock(network, Integer.parseInt(length));
  }

  private static InetAddress address(String literal, String text) {
    if (LITERAL.matcher(literal).matches()) {
      try {
        return InetAddress.ofLiteral(literal);
      } catch (IllegalArgumentException e) {
        // refused below
      }
    }
    throw new IllegalArgumentException(
        "'%s' is neither an address, such as 192.0.2.1, nor a block, such as 192.0.2.0/24"
            .formatted(text));
  }

  /** Whether an address is in the block. */
  public boolean contains(InetAddress address) {
    byte[] one = network.getAddress();
    byte[] other = address.getAddress();
    if (one.length != other.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> bit % Byte.SIZE;
      if (((one[bit / Byte.SIZE] ^ other[bit / Byte.SIZE]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }
}
