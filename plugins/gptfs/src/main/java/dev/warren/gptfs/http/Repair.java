package dev.warren.gptfs.http;

import dev.warren.gptfs.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Turns almost valid bodies into JSON: a paid answer must not be requested again because of a
 * {@code NaN}, a raw line end in a string, NUL bytes at the end, or a compression that was not
 * requested.
 */
final class Repair {
  private Repair() {}

  /**
   * The body repaired to JSON; if that fails, the decompressed body.
   *
   * @param encoding its {@code Content-Encoding}; null for none
   * @param limit how many bytes the decompressed body may have
   * @throws IOException if the compressed body is cut off
   */
  static byte[] of(byte[] body, @Nullable String encoding, long limit) throws IOException {
    byte[] plain = inflated(body, encoding, limit);
    if (Json.object(plain).isPresent()) {
      return plain;
    }
    int start = hasMark(plain) ? 3 : 0;
    int end = plain.length;
    while (end > start && plain[end - 1] <= ' ' && plain[end - 1] >= 0) {
      end--;
    }
    byte[] trimmed = Arrays.copyOfRange(plain, start, end);
    return Json.lenient(trimmed).map(Json::bytes).orElse(plain);
  }

  /** Whether a body that is not JSON seems complete. */
  static boolean isWhole(byte[] body, @Nullable String encoding) {
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      return true;
    }
    int first = 0;
    int last = body.length - 1;
    while (first < body.length && body[first] >= 0 && body[first] <= ' ') {
      first++;
    }
    while (last > first && body[last] >= 0 && body[last] <= ' ') {
      last--;
    }
    return first < last && body[first] == '{' && body[last] == '}';
  }

  private static boolean hasMark(byte[] body) {
    return body.length >= 3
        && body[0] == (byte) 0xEF
        && body[1] == (byte) 0xBB
        && body[2] == (byte) 0xBF;
  }

  /** By {@code deflate} services mean one of two formats: with a zlib header or without. */
  private static byte[] inflated(byte[] body, @Nullable String encoding, long limit)
      throws IOException {
    if (encoding == null || !encoding.strip().toLowerCase(Locale.ROOT).equals("deflate")) {
      return body;
    }
    for (boolean bare : new boolean[] {false, true}) {
      Inflater inflater = new Inflater(bare);
      try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(body), inflater)) {
        byte[] plain = in.readNBytes(Math.toIntExact(limit + 1));
        if (plain.length <= limit) {
          return plain;
        }
      } catch (ZipException e) {
        // it has the other format, or neither
      } finally {
        inflater.end();
      }
    }
    return body;
  }
}
