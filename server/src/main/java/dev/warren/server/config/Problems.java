package dev.warren.server.config;

import dev.warren.server.log.Redactor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects the problems of a configuration, so that all of them are reported at once. */
final class Problems {
  private final List<Problem> found = new ArrayList<>();
  private final Redactor redactor;

  Problems(Redactor redactor) {
    this.redactor = redactor;
  }

  void error(Position position, String message) {
    found.add(new Problem(position, true, shown(message)));
  }

  void warning(Position position, String message) {
    found.add(new Problem(position, false, shown(message)));
  }

  private String shown(String message) {
    return Printable.of(redactor.redact(message));
  }

  /** The number of errors so far; the reader of a section compares it before and after. */
  int errors() {
    return (int) found.stream().filter(Problem::fatal).count();
  }

  /** All problems, in the order of the file. */
  List<Problem> inOrder() {
    return found.stream().distinct().sorted(Comparator.comparing(Problem::position)).toList();
  }
}
