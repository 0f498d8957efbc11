package dev.warren.server.config;

import dev.warren.api.VfsPath;
import dev.warren.api.config.Config;
import dev.warren.server.plugin.LoadedPlugin;

/**
 * One enabled instance of a plugin.
 *
 * @param plugin the plugin that opens it
 * @param name the instance's name, by default the plugin's
 * @param path where it is mounted
 * @param config its configuration, which has been checked
 */
public record InstanceSettings(LoadedPlugin plugin, String name, VfsPath path, Config config) {
  /** {@code gptfs at /agents/gptfs}. */
  public String label() {
    return plugin.name() + " at " + path;
  }
}
