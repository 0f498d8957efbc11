package dev.warren.sftp.proxy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Version 2: a signature, version and command, family and transport, the length of the rest, the
 * addresses and ports of both sides, and extensions of type, length and value. Of the extensions
 * only the checksum is used.
 */
final class BinaryHeader {
  static final byte[] SIGNATURE = {
    0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A
  };

  private static final int COMMAND_AT = SIGNATURE.length;
  private static final int FAMILY_AT = COMMAND_AT + 1;
  private static final int LENGTH_AT = FAMILY_AT + 1;
  private static final int FIXED_LENGTH = LENGTH_AT + Short.BYTES;

  /** Maximum length with extensions; without any a header has at most 232 bytes. */
  private static final int MAX_LENGTH = 2048;

  private static final int VERSION = 2;
  private static final int CHECKSUM = 0x03;

  private BinaryHeader() {}

  /** The length of the whole header, or a number above {@code length} if it is not known yet. */
  static int wholeLength(byte[] bytes, int length) throws BadHeaderException {
    if (length <= SIGNATURE.length && bytes[length - 1] != SIGNATURE[length - 1]) {
      throw new BadHeaderException("the proxy sent no PROXY header");
    }
    if (length == FAMILY_AT && (bytes[COMMAND_AT] & 0xF0) >> 4 != VERSION) {
      throw new BadHeaderException("a PROXY header of an unknown version");
    }
    if (length < FIXED_LENGTH) {
      return FIXED_LENGTH;
    }
    int whole = FIXED_LENGTH + Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort(LENGTH_AT));
    if (whole > MAX_LENGTH) {
      throw new BadHeaderException("a PROXY header of " + whole + " bytes");
    }
    return whole;
  }

  static ProxyHeader decode(byte[] bytes, int length) throws BadHeaderException {
    return switch (bytes[COMMAND_AT] & 0x0F) {
      case 0 -> ProxyHeader.NO_CLIENT; // LOCAL: the rest is to be ignored
      case 1 -> ofClient(bytes, length);
      default -> throw new BadHeaderException("a PROXY header with an unknown command");
    };
  }

  private static ProxyHeader ofClient(byte[] bytes, int length) throws BadHeaderException {
    ByteBuffer rest = ByteBuffer.wrap(bytes, FIXED_LENGTH, length - FIXED_LENGTH);
    int family = (bytes[FAMILY_AT] & 0xF0) >> 4;
    int transport = bytes[FAMILY_AT] & 0x0F;
    if (transport > 2) {
      throw new BadHeaderException("a PROXY header with an unknown transport");
    }
    @Nullable InetSocketAddress client =
        switch (family) {
          case 0 -> {
            rest.position(rest.limit()); // an unspecified address
            yield null;
          }
          case 1 -> client(rest, 4);
          case 2 -> client(rest, 16);
          case 3 -> {
            skip(rest, 2 * 108); // the paths of two Unix sockets
            yield null;
          }
          default -> throw new BadHeaderException("a PROXY header with an unknown family");
        };
    checkExtensions(rest);
    return transport == 1 && client != null ? new ProxyHeader(client) : ProxyHeader.NO_CLIENT;
  }

  private static InetSocketAddress client(ByteBuffer rest, int addressLength)
      throws BadHeaderException {
    byte[] address = new byte[addressLength];
    ByteBuffer addresses = skip(rest, 2 * (addressLength + Short.BYTES));
    addresses.get(address);
    int port = Short.toUnsignedInt(addresses.getShort(addresses.position() + addressLength));
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(addressLength + " bytes are an address", e);
    }
  }

  private static void checkExtensions(ByteBuffer rest) throws BadHeaderException {
    while (rest.hasRemaining()) {
      int type = skip(rest, 1).get();
      int length = Short.toUnsignedInt(skip(rest, Short.BYTES).getShort());
      ByteBuffer value = skip(rest, length);
      if (type == CHECKSUM) {
        checkSum(rest, value);
      }
    }
  }

  /** Checks the sum over the whole header, in which the field of the sum itself counts as zero. */
  private static void checkSum(ByteBuffer rest, ByteBuffer value) throws BadHeaderException {
    if (value.remaining() != Integer.BYTES) {
      throw new BadHeaderException("a PROXY header with a wrong checksum");
    }
    CRC32C sum = new CRC32C();
    sum.update(rest.duplicate().position(0).limit(value.position()));
    sum.update(new byte[Integer.BYTES]);
    sum.update(rest.duplicate().position(value.limit()));
    if ((int) sum.getValue() != value.getInt(value.position())) {
      throw new BadHeaderException("a PROXY header with a wrong checksum");
    }
  }

  /** The next bytes, which are skipped. */
  private static ByteBuffer skip(ByteBuffer rest, int bytes) throws BadHeaderException {
    if (rest.remaining() < bytes) {
      throw new BadHeaderException("a PROXY header shorter than what it contains");
    }
    int at = rest.position();
    rest.position(at + bytes);
    return rest.duplicate().position(at).limit(at + bytes);
  }
}
