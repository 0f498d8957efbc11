package dev.warren.server.config;

import java.nio.file.Path;
import java.util.List;

/**
 * The state of a running host, against which an administrator's mount command is checked.
 *
 * @param file its configuration file
 * @param server the section {@code server} now in effect
 * @param instances all mounted instances, from the file or from a command
 */
public record Running(Path file, ServerSettings server, List<InstanceSettings> instances) {
  public Running {
    instances = List.copyOf(instances);
  }
}
