package dev.warren.server.log;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Removes values that must not be shown from text: everything that the configuration took from the
 * environment or from files, and its secrets. A plugin or a library may include such a value in an
 * exception's message without knowing that it is secret, so the redactor is the last step before a
 * text leaves the process. Thread-safe.
 */
public final class Redactor {
  /**
   * The shortest value that is removed, in characters. Shorter values occur in ordinary words and
   * numbers, and removing them would make the text useless without hiding anything.
   */
  public static final int SHORTEST = 6;

  /** The redactor of this process, which has one standard error. */
  public static final Redactor PROCESS = new Redactor();

  private record Hidden(String value, String label) {}

  private volatile List<Hidden> hidden = List.of();

  /** Creates a redactor that hides nothing yet. */
  public Redactor() {}

  /**
   * Hides a value, and each of its lines, from now on.
   *
   * @param label the text that replaces the value and says where it came from
   */
  public synchronized void hide(String value, String label) {
    List<Hidden> more = new ArrayList<>(hidden);
    add(more, value, label);
    value.lines().forEach(line -> add(more, line.strip(), label));
    // longest first, because one value may be part of another
    more.sort(Comparator.comparingInt((Hidden h) -> h.value().length()).reversed());
    hidden = List.copyOf(more);
  }

  private static void add(List<Hidden> list, String value, String label) {
    boolean known = list.stream().anyMatch(h -> h.value().equals(value));
    if (value.length() >= SHORTEST && !known) {
      list.add(new Hidden(value, label));
    }
  }

  /** Returns the text with every hidden value replaced by its label. */
  public String redact(String text) {
    String result = text;
    for (Hidden h : hidden) {
      result = result.replace(h.value(), h.label());
    }
    return result;
  }

  /** Shows only the number of hidden values. */
  @Override
  public String toString() {
    return hidden.size() + " hidden values";
  }
}
