package dev.warren.server.config;

import java.util.List;

/** A configuration cannot be used. The message has all problems, one a line. */
public final class ConfigurationException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<Problem> problems;

  /** Says what is wrong, in the order of the file; warnings are among it. */
  public ConfigurationException(List<Problem> problems) {
    super(String.join("\n", problems.stream().map(Problem::toString).toList()));
    this.problems = List.copyOf(problems);
  }

  /** Errors and warnings in the order of the file. */
  public List<Problem> problems() {
    return problems;
  }
}
