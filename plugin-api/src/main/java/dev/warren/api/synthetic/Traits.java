package dev.warren.api.synthetic;

import java.time.Instant;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a node other than its content; null for those that are not defined.
 *
 * @param permissions 0 to 0777
 * @param nonBlocking whether its functions are non-blocking
 * @param modified when it changed
 * @param size how many bytes its readers get
 * @param xattrs its extended attributes
 */
record Traits(
    @Nullable Integer permissions,
    boolean nonBlocking,
    @Nullable Supplier<Instant> modified,
    @Nullable LongSupplier size,
    @Nullable Xattrs xattrs) {
  static final Traits NONE = new Traits(null, false, null, null, null);

  Traits withPermissions(int bits) {
    return new Traits(bits & 0777, nonBlocking, modified, size, xattrs);
  }

  Traits asImmediate() {
    return new Traits(permissions, true, modified, size, xattrs);
  }

  Traits withModified(Supplier<Instant> time) {
    return new Traits(permissions, nonBlocking, time, size, xattrs);
  }

  Traits withSize(LongSupplier bytes) {
    return new Traits(permissions, nonBlocking, modified, bytes, xattrs);
  }

  Traits withXattrs(Xattrs attributes) {
    return new Traits(permissions, nonBlocking, modified, size, attributes);
  }
}
