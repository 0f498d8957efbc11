package dev.warren.api.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** A value that must not be displayed: it prints as {@code ***}. */
public final class Secret {
  private final String value;

  /** Wraps a value. */
  public Secret(String value) {
    this.value = value;
  }

  /** Returns the value. Call this only where the value is sent to its intended recipient. */
  public String reveal() {
    return value;
  }

  /** Compares in a time that does not depend on the position of the first difference. */
  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof Secret other
        && MessageDigest.isEqual(bytes(value), bytes(other.value));
  }

  /** The same for all secrets, so that it reveals nothing. */
  @Override
  public int hashCode() {
    return 0;
  }

  /** Returns three asterisks. */
  @Override
  public String toString() {
    return "***";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
