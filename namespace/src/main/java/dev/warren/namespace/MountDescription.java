package dev.warren.namespace;

/**
 * The description of a mount for people.
 *
 * @param plugin the plugin's name
 * @param instance the instance's name, by default that of the plugin
 */
public record MountDescription(String plugin, String instance) {
  /** Returns the description of an instance without a name of its own. */
  public static MountDescription of(String plugin) {
    return new MountDescription(plugin, plugin);
  }
}
