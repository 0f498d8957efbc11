package dev.warren.frontend;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import java.io.IOException;
import java.util.List;

/**
 * A protocol by which clients reach the namespace. The host has its own, and those that {@link
 * java.util.ServiceLoader} finds in the directories of plugins: such a jar names its class in
 * {@code META-INF/services/dev.warren.frontend.FrontEnd}, and its manifest says {@code
 * Warren-FrontEnd-Version: 1}. There is one object of each; one that has no section in the
 * configuration does nothing.
 */
public interface FrontEnd {
  /** The version of this contract, and of what it shows of the plugins', for manifests of jars. */
  int API_VERSION = 1;

  /** The manifest attribute that names the version of the contract a front end was built for. */
  String API_VERSION_ATTRIBUTE = "Warren-FrontEnd-Version";

  /** Its section's key in the configuration: {@code sftp}, {@code ninep}. */
  String name();

  /** The keys of its section. */
  ConfigSpec configSpec();

  /**
   * Checks what {@link #configSpec()} cannot say. Changes and opens nothing.
   *
   * @return one problem each, in words that say what to do
   */
  default List<ConfigProblem> check(Config config) {
    return List.of();
  }

  /**
   * Starts to serve.
   *
   * @throws IOException if an address cannot be bound or a key cannot be read; nothing is open then
   */
  RunningFrontEnd start(FrontEndContext context, Config config) throws IOException;
}
