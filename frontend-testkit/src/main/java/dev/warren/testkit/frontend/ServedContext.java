package dev.warren.testkit.frontend;

import dev.warren.api.MemoryBudget;
import dev.warren.api.Metrics;
import dev.warren.frontend.FrontEndContext;
import dev.warren.frontend.SharedFileSystem;
import java.nio.file.Path;

/**
 * What a host gives to a front end, in a test.
 *
 * @param fileSystem what is served
 * @param stateDirectory for what outlives the front end
 * @param memory the host's budget
 */
public record ServedContext(SharedFileSystem fileSystem, Path stateDirectory, MemoryBudget memory)
    implements FrontEndContext {
  /** Enough for what no test is about. */
  static final long MEMORY = 1L << 30;

  /** With as much memory as anybody needs. */
  public ServedContext(SharedFileSystem fileSystem, Path stateDirectory) {
    this(fileSystem, stateDirectory, new MemoryBudget(MEMORY, MEMORY));
  }

  @Override
  public Metrics metrics() {
    return Metrics.NONE;
  }
}
