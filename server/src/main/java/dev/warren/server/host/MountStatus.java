package dev.warren.server.host;

import dev.warren.api.VfsPath;
import org.jspecify.annotations.Nullable;

/**
 * What is mounted at a path, for the log and for administration.
 *
 * @param path where
 * @param plugin the plugin's name
 * @param name the instance's name
 * @param failure why it answers EIO; null if it works
 */
public record MountStatus(VfsPath path, String plugin, String name, @Nullable String failure) {
  /** Whether the plugin could be opened. */
  public boolean works() {
    return failure == null;
  }
}
