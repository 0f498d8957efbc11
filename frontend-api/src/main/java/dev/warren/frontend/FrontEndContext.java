package dev.warren.frontend;

import dev.warren.api.MemoryBudget;
import dev.warren.api.Metrics;
import java.nio.file.Path;

/** The services of the host for a front end. */
public interface FrontEndContext {
  /** The file system to serve. */
  SharedFileSystem fileSystem();

  /** The host's directory for persistent state (host keys, sockets). It exists, with mode 0700. */
  Path stateDirectory();

  /** The front end's metrics. */
  Metrics metrics();

  /** The host's memory budget, in which each connection of the front end has an account. */
  MemoryBudget memory();
}
