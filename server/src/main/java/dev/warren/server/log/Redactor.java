package dev.warren.server.log;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Takes values that must not be seen out of text: whatever the configuration took from the
 * environment or from files, and its secrets. A plugin or a library may put such a value into an
 * exception's message in good faith, so the last step before a text leaves the process looks for
 * them. Thread-safe.
 */
public final class Redactor {
  /**
   * The shortest value that is looked for. A shorter one is part of ordinary words and numbers, and
   * taking it out would make the text useless without hiding it.
   */
  public static final int SHORTEST = 6;

  /** The one of this process: it has one standard error. */
  public static final Redactor PROCESS = new Redactor();

  private record Hidden(String value, String label) {}

  private volatile List<Hidden> hidden = List.of();

  /** A redactor that knows no value yet. */
  public Redactor() {}

  /**
   * Hides a value from now on, and each of its lines.
   *
   * @param label what stands in its place: where it came from
   */
  public synchronized void hide(String value, String label) {
    List<Hidden> more = new ArrayList<>(hidden);
    add(more, value, label);
    value.lines().forEach(line -> add(more, line.strip(), label));
    // the longest first: one value may be part of another
    more.sort(Comparator.comparingInt((Hidden h) -> h.value().length()).reversed());
    hidden = List.copyOf(more);
  }

  private static void add(List<Hidden> list, String value, String label) {
    boolean known = list.stream().anyMatch(h -> h.value().equals(value));
    if (value.length() >= SHORTEST && !known) {
      list.add(new Hidden(value, label));
    }
  }

  /** The text with every hidden value replaced by its label. */
  public String redact(String text) {
    String result = text;
    for (Hidden h : hidden) {
      result = result.replace(h.value(), h.label());
    }
    return result;
  }

  /** How many values are hidden. */
  @Override
  public String toString() {
    return hidden.size() + " hidden values";
  }
}
