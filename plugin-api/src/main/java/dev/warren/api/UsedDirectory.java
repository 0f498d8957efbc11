package dev.warren.api;

import java.nio.file.Path;

/**
 * A directory of this machine that an instance of a plugin uses.
 *
 * @param key the key of the configuration that names it
 * @param directory as the configuration has it
 * @param use what it is for
 */
public record UsedDirectory(String key, Path directory, Use use) {
  /** What a directory is for. */
  public enum Use {
    /** Clients see its files as they are. The host's own files must not be among them. */
    SERVED,
    /** The instance keeps what is its own there, which no other instance may serve. */
    OWN
  }
}
