package dev.warren.gptfs.store;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a journal segment. On disk: length (4 bytes, of what follows the checksum), CRC-32C
 * (4 bytes), then kind, flags, key, description and parts, each with its length before it.
 * Big-endian.
 *
 * @param kind what it is about
 * @param key a job's id, or a file's path
 * @param description of a job; null where it is as before
 * @param flag of JOB: the parts before are dropped; of FILE: the file is being written
 * @param parts of a job
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Entry(
    Kind kind,
    String key,
    byte @Nullable [] description,
    boolean flag,
    Map<Integer, byte[]> parts) {
  /** Length and checksum. */
  static final int HEADER = 8;

  /** A whole batch with its description stays far below. */
  static final int MAX_LENGTH = 1 << 30;

  enum Kind {
    JOB((byte) 0),
    DELETED((byte) 1),
    FILE((byte) 2);

    private final byte code;

    Kind(byte code) {
      this.code = code;
    }

    private static Kind of(byte code) {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new IllegalArgumentException("no kind of entry: " + code);
    }
  }

  static Entry job(
      String id, byte @Nullable [] description, boolean drop, Map<Integer, byte[]> parts) {
    return new Entry(Kind.JOB, id, description, drop, parts);
  }

  static Entry deleted(String id) {
    return new Entry(Kind.DELETED, id, null, false, Map.of());
  }

  static Entry file(String path, boolean unfinished) {
    return new Entry(Kind.FILE, path, null, unfinished, Map.of());
  }

  /** The bytes, and where in them the description and the parts lie. */
  Encoded encode() {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    int length = 1 + 1 + 4 + name.length + 4 + (description == null ? 0 : description.length) + 4;
    for (byte[] part : parts.values()) {
      length = Math.addExact(length, 8 + part.length);
    }
    ByteBuffer out = ByteBuffer.allocate(Math.addExact(HEADER, length));
    out.putInt(length).putInt(0).put(kind.code).put((byte) (flag ? 1 : 0));
    out.putInt(name.length).put(name);
    out.putInt(description == null ? -1 : description.length);
    int descriptionAt = out.position();
    if (description != null) {
      out.put(description);
    }
    out.putInt(parts.size());
    Map<Integer, int[]> partsAt = new LinkedHashMap<>();
    parts.forEach(
        (number, part) -> {
          out.putInt(number).putInt(part.length);
          partsAt.put(number, new int[] {out.position(), part.length});
          out.put(part);
        });
    out.putInt(4, checksum(out.array(), HEADER, length));
    return new Encoded(this, out.array(), descriptionAt, partsAt);
  }

  /**
   * Reads the body of an entry.
   *
   * @param body header included
   * @throws FsException EIO if it is not one
   */
  static Encoded decode(byte[] body) throws FsException {
    try {
      ByteBuffer in = ByteBuffer.wrap(body, HEADER, body.length - HEADER);
      Kind kind = Kind.of(in.get());
      boolean flag = in.get() != 0;
      byte[] name = new byte[in.getInt()];
      in.get(name);
      int descriptionLength = in.getInt();
      int descriptionAt = in.position();
      byte[] description = null;
      if (descriptionLength >= 0) {
        description = new byte[descriptionLength];
        in.get(description);
      }
      int count = in.getInt();
      Map<Integer, int[]> partsAt = new LinkedHashMap<>();
      for (int i = 0; i < count; i++) {
        int number = in.getInt();
        int length = in.getInt();
        partsAt.put(number, new int[] {in.position(), length});
        in.position(in.position() + length);
      }
      String key = new String(name, StandardCharsets.UTF_8);
      return new Encoded(
          new Entry(kind, key, description, flag, Map.of()), body, descriptionAt, partsAt);
    } catch (RuntimeException e) {
      throw new FsException(Errno.EIO, "a journal entry cannot be read", e);
    }
  }

  static int checksum(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  /**
   * An entry as on disk.
   *
   * @param entry without its parts if it was read
   * @param bytes header included
   * @param descriptionAt where the description begins
   * @param partsAt where each part begins, and its length
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Encoded(Entry entry, byte[] bytes, int descriptionAt, Map<Integer, int[]> partsAt) {}
}
