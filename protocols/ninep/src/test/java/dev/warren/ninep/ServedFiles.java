package dev.warren.ninep;

import dev.warren.api.MemoryBudget;
import dev.warren.api.Metrics;
import dev.warren.api.config.Config;
import dev.warren.frontend.FrontEndContext;
import dev.warren.frontend.SharedFileSystem;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a host gives to the front end, in a test.
 *
 * @param fileSystem what is served
 * @param stateDirectory not used by this front end
 * @param memory the host's budget
 */
record ServedFiles(SharedFileSystem fileSystem, Path stateDirectory, MemoryBudget memory)
    implements FrontEndContext {
  ServedFiles(SharedFileSystem fileSystem) {
    this(fileSystem, Path.of("."));
  }

  ServedFiles(SharedFileSystem fileSystem, Path stateDirectory) {
    this(fileSystem, stateDirectory, new MemoryBudget(1L << 30, 1L << 30));
  }

  @Override
  public Metrics metrics() {
    return Metrics.NONE;
  }

  /** The section of the configuration. */
  static Config config(Map<String, ?> section) {
    return new NinepFrontEnd().configSpec().parse(section).orThrow();
  }
}
