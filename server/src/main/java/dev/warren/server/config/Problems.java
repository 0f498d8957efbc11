package dev.warren.server.config;

import dev.warren.server.log.Redactor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with a configuration, so that all of it is told at once. */
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

  /** How many errors there are; whoever reads a part compares before and after. */
  int errors() {
    return (int) found.stream().filter(Problem::fatal).count();
  }

  /** Everything, in the order of the file. */
  List<Problem> inOrder() {
    return found.stream().distinct().sorted(Comparator.comparing(Problem::position)).toList();
  }
}
