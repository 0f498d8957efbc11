package dev.warren.server.json;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON (RFC 8259) on one line. The host only writes it, a few flat objects at a time, which
 * is no reason for a library of two megabytes. Any text comes out as ASCII or valid UTF-8: half of
 * a surrogate pair, which stands for a byte of a file name that is no UTF-8, is escaped.
 */
public final class JsonWriter {
  private final StringBuilder out = new StringBuilder();
  private boolean first = true;

  /** An empty text. */
  public JsonWriter() {}

  /** Begins an object, as an element or the whole. */
  public JsonWriter object() {
    return open('{');
  }

  /** Begins an object as a member. */
  public JsonWriter object(String name) {
    name(name);
    first = true; // no comma between a name and its value
    return open('{');
  }

  /** Ends the object. */
  public JsonWriter endObject() {
    return close('}');
  }

  /** Begins an array as a member. */
  public JsonWriter array(String name) {
    name(name);
    first = true;
    return open('[');
  }

  /** Ends the array. */
  public JsonWriter endArray() {
    return close(']');
  }

  /** A text as a member; null is null. */
  public JsonWriter put(String name, @Nullable String value) {
    name(name);
    if (value == null) {
      out.append("null");
    } else {
      string(value);
    }
    return this;
  }

  /** A whole number as a member. */
  public JsonWriter put(String name, long value) {
    name(name);
    out.append(value);
    return this;
  }

  /** A number as a member, to three digits after the point. */
  public JsonWriter put(String name, double value) {
    name(name);
    out.append(String.format(Locale.ROOT, "%.3f", Double.isFinite(value) ? value : 0));
    return this;
  }

  /** A truth value as a member. */
  public JsonWriter put(String name, boolean value) {
    name(name);
    out.append(value);
    return this;
  }

  private JsonWriter name(String name) {
    separate();
    string(name);
    out.append(':');
    return this;
  }

  private JsonWriter open(char bracket) {
    separate();
    out.append(bracket);
    first = true;
    return this;
  }

  private JsonWriter close(char bracket) {
    out.append(bracket);
    first = false;
    return this;
  }

  private void separate() {
    if (!first) {
      out.append(',');
    }
    first = false;
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ' || Character.isISOControl(c) || isLoneSurrogate(text, i)) {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static boolean isLoneSurrogate(String text, int at) {
    char c = text.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
    }
    return Character.isLowSurrogate(c)
        && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
  }

  /** What was written. */
  @Override
  public String toString() {
    return out.toString();
  }
}
