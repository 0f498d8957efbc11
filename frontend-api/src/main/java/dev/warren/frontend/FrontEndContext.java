package dev.warren.frontend;

import dev.warren.api.MemoryBudget;
import dev.warren.api.Metrics;
import java.nio.file.Path;

/** What the host gives to a front end. */
public interface FrontEndContext {
  /** What to serve. */
  SharedFileSystem fileSystem();

  /**
   * The host's directory for state that outlives it (host keys, sockets). Exists, with mode 0700.
   */
  Path stateDirectory();

  /** Where the front end counts. */
  Metrics metrics();

  /** The host's memory budget, in which each connection of the front end has an account. */
  MemoryBudget memory();
}
