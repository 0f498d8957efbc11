package dev.warren.server.config;

import dev.warren.api.config.Config;
import dev.warren.server.plugin.PluginSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A configuration without errors.
 *
 * @param server the section {@code server}
 * @param frontEnds the sections of front ends that are there, by their names
 * @param instances what to mount, in the order of the file
 * @param plugins the plugins that were found
 * @param warnings what may be wrong
 */
public record HostConfig(
    ServerSettings server,
    Map<String, Config> frontEnds,
    List<InstanceSettings> instances,
    PluginSet plugins,
    List<Problem> warnings) {
  public HostConfig {
    frontEnds = Collections.unmodifiableMap(new LinkedHashMap<>(frontEnds));
    instances = List.copyOf(instances);
    warnings = List.copyOf(warnings);
  }
}
