package dev.warren.testkit.frontend;

import dev.warren.api.MemoryBudget;
import dev.warren.api.Metrics;
import dev.warren.frontend.FrontEndContext;
import dev.warren.frontend.SharedFileSystem;
import java.nio.file.Path;

/**
 * The context of a front end in a test.
 *
 * @param fileSystem the file system to serve
 * @param stateDirectory for data that outlives the front end
 * @param memory the host's memory budget
 */
public record ServedContext(SharedFileSystem fileSystem, Path stateDirectory, MemoryBudget memory)
    implements FrontEndContext {
  /** A budget that no test exhausts by accident, in bytes. */
  static final long MEMORY = 1L << 30;

  /** Creates a context with a large memory budget. */
  public ServedContext(SharedFileSystem fileSystem, Path stateDirectory) {
    this(fileSystem, stateDirectory, new MemoryBudget(MEMORY, MEMORY));
  }

  @Override
  public Metrics metrics() {
    return Metrics.NONE;
  }
}
