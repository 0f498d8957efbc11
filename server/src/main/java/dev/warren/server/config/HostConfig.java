package dev.warren.server.config;

import dev.warren.api.config.Config;
import dev.warren.frontend.FrontEnd;
import dev.warren.server.plugin.PluginSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A configuration without errors.
 *
 * @param server the section {@code server}
 * @param known all front ends, built-in and found
 * @param frontEnds the front ends' sections that the file has, by name
 * @param instances the instances to mount, in the order of the file
 * @param plugins the plugins that were found
 * @param warnings what may be wrong
 */
public record HostConfig(
    ServerSettings server,
    List<FrontEnd> known,
    Map<String, Config> frontEnds,
    List<InstanceSettings> instances,
    PluginSet plugins,
    List<Problem> warnings) {
  public HostConfig {
    known = List.copyOf(known);
    frontEnds = Collections.unmodifiableMap(new LinkedHashMap<>(frontEnds));
    instances = List.copyOf(instances);
    warnings = List.copyOf(warnings);
  }
}
