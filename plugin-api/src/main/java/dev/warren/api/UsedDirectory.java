package dev.warren.api;

import java.nio.file.Path;

/**
 * A directory of this machine that an instance of a plugin uses.
 *
 * @param key the configuration key that names it
 * @param directory the path as written in the configuration
 * @param use its purpose
 */
public record UsedDirectory(String key, Path directory, Use use) {
  /** The purpose of a directory. */
  public enum Use {
    /** Clients see its files directly. The host's own files must not be in it. */
    SERVED,
    /** The instance stores private data in it. No other instance may serve it. */
    OWN
  }
}
