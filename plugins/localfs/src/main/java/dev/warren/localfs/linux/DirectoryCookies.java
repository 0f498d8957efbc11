package dev.warren.localfs.linux;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import java.util.HashMap;
import java.util.Map;

/**
 * Cookies for the offsets of one directory (d_off): the offsets themselves, but for those few that
 * the contract does not allow. Not for use by several threads.
 */
final class DirectoryCookies {
  private static final long RESERVED_END =
      OpenDirectory.RESERVED_COOKIES + OpenDirectory.RESERVED_COOKIE_COUNT;

  // Hashes, as ext4 has them, come into the reserved range once in 2^47 entries.
  private final Map<Long, Long> offsets = new HashMap<>();
  private final Map<Long, Long> substitutes = new HashMap<>();

  /** The cookie of an offset. */
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
   * The offset of a cookie.
   *
   * @throws FsException EINVAL if it is not one
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
