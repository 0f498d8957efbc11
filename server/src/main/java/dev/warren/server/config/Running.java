package dev.warren.server.config;

import java.nio.file.Path;
import java.util.List;

/**
 * The host in which an administrator wants something.
 *
 * @param file its configuration
 * @param server the section {@code server} as it holds
 * @param instances what is mounted, by whose order it may be
 */
public record Running(Path file, ServerSettings server, List<InstanceSettings> instances) {
  public Running {
    instances = List.copyOf(instances);
  }
}
