package dev.warren.server;

import dev.warren.server.cli.WarrenCommand;

/** Where the program starts. */
public final class Main {
  private Main() {}

  /** Runs the command line and ends with its exit status. */
  public static void main(String[] arguments) {
    int status = WarrenCommand.run(arguments);
    // A plugin may leave threads that are no daemons, or a shutdown hook that never returns.
    Exit.with(status);
  }
}
