package dev.warren.server.plugin;

import dev.warren.api.Plugin;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Plugin sets of plugins on the test's class path. */
public final class TestPlugins {
  private TestPlugins() {}

  /** A set of these. */
  public static PluginSet of(Plugin... plugins) {
    return new PluginSet(
        Stream.of(plugins).map(p -> new LoadedPlugin(p, Path.of(p.name() + ".jar"))).toList(),
        List.of(),
        List.of());
  }
}
