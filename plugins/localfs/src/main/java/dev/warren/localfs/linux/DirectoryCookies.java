package dev.warren.localfs.linux;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import java.util.HashMap;
import java.util.Map;

/**
 * Converts between the offsets of one directory (d_off) and cookies: a cookie is the offset itself,
 * except for the few values that the contract does not permit. Not thread-safe.
 */
final class DirectoryCookies {
  private static final long RESERVED_END =
      OpenDirectory.RESERVED_COOKIES + OpenDirectory.RESERVED_COOKIE_COUNT;

  // Hashes, which ext4 uses as offsets, fall into the reserved range once in 2^47 entries.
  private final Map<Long, Long> offsets = new HashMap<>();
  private final Map<Long, Long> substitutes = new HashMap<>();

  /** Returns the cookie for an offset. */
  long cookie(long offset) {
    if (offset > 0 && !isReserved(offset)) {
      return offset;
    }
    return substitutes.computeIfAbsent(
        offset,
        o -> {
          long cookie = RESERVED_END + offsets.size();
          offsets.put(cookie, o);
          return cookie;
        });
  }

  /**
   * Returns the offset for a cookie.
   *
   * @throws FsException EINVAL if it is not a valid cookie
   */
  long offset(long cookie) throws FsException {
    if (cookie < 0 || isReserved(cookie)) {
      throw new FsException(Errno.EINVAL);
    }
    return offsets.getOrDefault(cookie, cookie);
  }

  private static boolean isReserved(long number) {
    return number >= OpenDirectory.RESERVED_COOKIES && number < RESERVED_END;
  }
}
