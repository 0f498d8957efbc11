package dev.warren.api;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A kind of file system. Found by {@link java.util.ServiceLoader}: the plugin's jar names this
 * class in {@code META-INF/services/dev.warren.api.Plugin}, and its manifest contains {@code
 * Warren-Api-Version: 1}. One object serves all instances of the plugin. The host calls it from one
 * thread at a time. Only if a call has not returned for several seconds does the host make other
 * calls at the same time.
 */
public interface Plugin {
  /** The version of this contract, for the manifest of plugin jars. */
  int API_VERSION = 1;

  /** The manifest attribute with the version of the contract that a plugin was built for. */
  String API_VERSION_ATTRIBUTE = "Warren-Api-Version";

  /**
   * The manifest attribute with which a plugin requests access to {@code dev.warren.admin}, the
   * administration contract; its value is {@code true}. Instances get the object for administration
   * from {@link PluginContext#granted}, if the host's configuration names the plugin.
   */
  String ADMINISTRATION_ATTRIBUTE = "Warren-Administration";

  /** The name of the plugin in the configuration: lower-case letters, digits and hyphens. */
  String name();

  /** The keys of the plugin's configuration. */
  ConfigSpec configSpec();

  /** A description of the plugin and its use for people, in Markdown. */
  String readme();

  /**
   * Checks conditions that {@link #configSpec()} cannot express, such as whether a directory
   * exists. Changes and opens nothing.
   *
   * @param config values that conform to the specification
   * @return one problem for each violated condition, whose message says what to do; empty if there
   *     is none
   */
  default List<ConfigProblem> check(Config config) {
    return List.of();
  }

  /**
   * Returns the directories of this machine that an instance with this configuration uses, so that
   * the host can prevent one instance from serving the private directory of another. Does not
   * access the disk.
   *
   * @param config values that conform to the specification
   */
  default List<UsedDirectory> directories(Config config) {
    return List.of();
  }

  /**
   * Returns configuration keys and values with which an instance works without its external
   * service. {@code warren serve --demo} uses them in place of the configured values.
   */
  default Map<String, String> demonstration() {
    return Map.of();
  }

  /**
   * The name of a file in the root of each instance that describes the instance's current jobs, for
   * the status page: a JSON object of at most 64 KiB that every user may read. Empty, the default,
   * if there is none.
   */
  default Optional<String> jobsFile() {
    return Optional.empty();
  }

  /**
   * Returns the commands with which operators examine or repair what instances have stored. None by
   * default.
   */
  default List<MaintenanceCommand> maintenanceCommands() {
    return List.of();
  }

  /**
   * Opens an instance.
   *
   * @param config values that conform to the specification and passed {@link #check}
   * @throws IOException if it cannot be opened; the message says what to do about it
   */
  FileSystem open(PluginContext context, Config config) throws IOException;
}
