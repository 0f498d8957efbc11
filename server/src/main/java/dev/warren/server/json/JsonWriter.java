package dev.warren.server.json;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON (RFC 8259) on one line. The host only writes a few flat objects at a time, for which
 * a library of two megabytes is not justified. The output is always valid UTF-8: unpaired
 * surrogates, which represent the bytes of file names that are not UTF-8, are escaped.
 */
public final class JsonWriter {
  private final StringBuilder out = new StringBuilder();
  private boolean first = true;

  /** Creates a writer without any output. */
  public JsonWriter() {}

  /** Begins an object, as an array element or as the whole text. */
  public JsonWriter object() {
    return open('{');
  }

  /** Begins an object as the value of a member. */
  public JsonWriter object(String name) {
    name(name);
    first = true; // no comma between a name and its value
    return open('{');
  }

  /** Ends the current object. */
  public JsonWriter endObject() {
    return close('}');
  }

  /** Begins an array as the value of a member. */
  public JsonWriter array(String name) {
    name(name);
    first = true;
    return open('[');
  }

  /** Ends the current array. */
  public JsonWriter endArray() {
    return close(']');
  }

  /** Adds a member with a text; null is written as null. */
  public JsonWriter put(String name, @Nullable String value) {
    name(name);
    if (value == null) {
      out.append("null");
    } else {
      string(value);
    }
    return this;
  }

  /** Adds a member with an integer. */
  public JsonWriter put(String name, long value) {
    name(name);
    out.append(value);
    return this;
  }

  /** Adds a member with a number, rounded to three decimal places. */
  public JsonWriter put(String name, double value) {
    name(name);
    out.append(String.format(Locale.ROOT, "%.3f", Double.isFinite(value) ? value : 0));
    return this;
  }

  /** Adds a member with a Boolean. */
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

  /** Returns the text written so far. */
  @Override
  public String toString() {
    return out.toString();
  }
}
