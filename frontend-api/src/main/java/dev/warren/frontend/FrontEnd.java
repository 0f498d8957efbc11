package dev.warren.frontend;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import java.io.IOException;
import java.util.List;

/**
 * A protocol by which clients access the namespace. The host has its own front ends, and those that
 * {@link java.util.ServiceLoader} finds in the directories of plugins: such a jar names its class
 * in {@code META-INF/services/dev.warren.frontend.FrontEnd}, and its manifest contains {@code
 * Warren-FrontEnd-Version: 1}. There is one object of each front end; without a section in the
 * configuration, it is not started.
 */
public interface FrontEnd {
  /**
   * The version of this contract, including the parts of the plugin contract that it uses, for the
   * manifests of jars.
   */
  int API_VERSION = 1;

  /** The manifest attribute with the version of the contract that a front end was built for. */
  String API_VERSION_ATTRIBUTE = "Warren-FrontEnd-Version";

  /** The key of its section in the configuration: {@code sftp}, {@code ninep}. */
  String name();

  /** The keys of its section. */
  ConfigSpec configSpec();

  /**
   * Checks conditions that {@link #configSpec()} cannot express. Changes and opens nothing.
   *
   * @return one problem for each violated condition, whose message says what to do
   */
  default List<ConfigProblem> check(Config config) {
    return List.of();
  }

  /**
   * Starts to serve.
   *
   * @throws IOException if an address cannot be bound or a key cannot be read; nothing is left open
   *     then
   */
  RunningFrontEnd start(FrontEndContext context, Config config) throws IOException;
}
