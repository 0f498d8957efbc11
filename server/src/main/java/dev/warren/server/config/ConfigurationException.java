package dev.warren.server.config;

import java.util.List;

/** A configuration that cannot be used. The message lists all problems, one per line. */
public final class ConfigurationException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<Problem> problems;

  /** Reports these problems, warnings included, in the order of the file. */
  public ConfigurationException(List<Problem> problems) {
    super(String.join("\n", problems.stream().map(Problem::toString).toList()));
    this.problems = List.copyOf(problems);
  }

  /** Errors and warnings in the order of the file. */
  public List<Problem> problems() {
    return problems;
  }
}
