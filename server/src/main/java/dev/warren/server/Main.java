package dev.warren.server;

import dev.warren.server.cli.WarrenCommand;

/** The entry point of the program. */
public final class Main {
  private Main() {}

  /** Runs the command line and exits with its exit status. */
  public static void main(String[] arguments) {
    int status = WarrenCommand.run(arguments);
    // A plugin may leave non-daemon threads behind, or a shutdown hook that never returns.
    Exit.with(status);
  }
}
