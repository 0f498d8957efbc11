package dev.warren.server.plugin;

import dev.warren.api.Plugin;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Sets of plugins from the test's class path. */
public final class TestPlugins {
  private TestPlugins() {}

  /**
   * Returns the same set after one plugin's archive has changed: only that one was loaded again.
   */
  public static PluginSet changed(PluginSet plugins, Plugin changed) {
    return new PluginSet(
        plugins.all().stream()
            .map(
                loaded ->
                    loaded.name().equals(changed.name())
                        ? new LoadedPlugin(changed, loaded.location())
                        : loaded)
            .toList(),
        List.of(),
        List.of());
  }

  /** Returns a set of these plugins. */
  public static PluginSet of(Plugin... plugins) {
    return new PluginSet(
        Stream.of(plugins).map(p -> new LoadedPlugin(p, Path.of(p.name() + ".jar"))).toList(),
        List.of(),
        List.of());
  }
}
