package dev.warren.frontend;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import java.io.IOException;
import java.util.List;

/** A protocol by which clients reach the namespace. The host has one object of each. */
public interface FrontEnd {
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
