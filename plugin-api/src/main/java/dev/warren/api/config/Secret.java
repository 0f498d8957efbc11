package dev.warren.api.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** A value that must not be seen: it prints as {@code ***}. */
public final class Secret {
  private final String value;

  /** Hides a value. */
  public Secret(String value) {
    this.value = value;
  }

  /** The value. Call this only where it is sent to whom it is for. */
  public String reveal() {
    return value;
  }

  /** Compares in a time that does not depend on where the values differ. */
  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof Secret other
        && MessageDigest.isEqual(bytes(value), bytes(other.value));
  }

  /** The same for all secrets, so that it tells nothing. */
  @Override
  public int hashCode() {
    return 0;
  }

  /** Three stars. */
  @Override
  public String toString() {
    return "***";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
