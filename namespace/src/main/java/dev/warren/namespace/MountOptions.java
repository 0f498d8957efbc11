package dev.warren.namespace;

/**
 * What is told about a mount to people.
 *
 * @param plugin the plugin's name
 * @param instance the instance's name; the plugin's where it has none of its own
 */
public record MountOptions(String plugin, String instance) {
  /** An instance without a name of its own. */
  public static MountOptions of(String plugin) {
    return new MountOptions(plugin, plugin);
  }
}
