package dev.warren.api;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A kind of file system. Found by {@link java.util.ServiceLoader}: the plugin's jar names its class
 * in {@code META-INF/services/dev.warren.api.Plugin}, and its manifest says {@code
 * Warren-Api-Version: 1}. One object serves all instances of the plugin; the host calls it from one
 * thread at a time; only beside a call that does not return for seconds does it make others.
 */
public interface Plugin {
  /** The version of this contract, for the manifest of plugin jars. */
  int API_VERSION = 1;

  /** The manifest attribute that names the version of the contract a plugin was built for. */
  String API_VERSION_ATTRIBUTE = "Warren-Api-Version";

  /**
   * The manifest attribute, with the value {@code true}, by which a plugin's jar asks to see {@code
   * dev.warren.admin}, the contract for administration. Its instances get an object to administer
   * with, by {@link PluginContext#granted}, where the host's configuration names the plugin.
   */
  String ADMINISTRATION_ATTRIBUTE = "Warren-Administration";

  /** The plugin's name as in the configuration: lower-case letters, digits and hyphens. */
  String name();

  /** The keys of the plugin's configuration. */
  ConfigSpec configSpec();

  /** What the plugin does and how to use it, in Markdown, for people. */
  String readme();

  /**
   * Checks what {@link #configSpec()} cannot say, such as whether a directory exists. Changes and
   * opens nothing.
   *
   * @param config values that agree with the specification
   * @return one problem each, in words that say what to do; empty if there is none
   */
  default List<ConfigProblem> check(Config config) {
    return List.of();
  }

  /**
   * The directories of this machine that an instance with this configuration uses, so that the host
   * lets none serve what is another one's alone. Looks at no disk.
   *
   * @param config values that agree with the specification
   */
  default List<UsedDirectory> directories(Config config) {
    return List.of();
  }

  /**
   * The keys, with their values, by which an instance does without the service that it would call:
   * they stand in place of the configuration's under {@code warren serve --demo}.
   */
  default Map<String, String> demonstration() {
    return Map.of();
  }

  /**
   * The name of a file in the root of each instance with what its jobs are doing, for the status
   * page: a JSON object of at most 64 KiB that everyone may read. Empty, the default, for none.
   */
  default Optional<String> jobsFile() {
    return Optional.empty();
  }

  /**
   * Opens an instance.
   *
   * @param config values that agree with the specification and passed {@link #check}
   * @throws IOException if it cannot be opened; the message says what to do about it
   */
  FileSystem open(PluginContext context, Config config) throws IOException;
}
