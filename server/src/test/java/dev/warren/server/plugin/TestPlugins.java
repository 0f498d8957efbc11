package dev.warren.server.plugin;

import dev.warren.api.Plugin;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Plugin sets of plugins on the test's class path. */
public final class TestPlugins {
  private TestPlugins() {}

  /** The same set after a plugin's archive has changed: it was loaded anew, and no other was. */
  public static PluginSet changed(PluginSet plugins, Plugin changed) {
    return new PluginSet(
        plugins.all().stream()
            .map(
                loaded ->
                    loaded.name().equals(changed.name())
                        ? new LoadedPlugin(changed, loaded.location())
                        : loaded)
            .toList(),
        List.of());
  }

  /** A set of these. */
  public static PluginSet of(Plugin... plugins) {
    return new PluginSet(
        Stream.of(plugins).map(p -> new LoadedPlugin(p, Path.of(p.name() + ".jar"))).toList(),
        List.of());
  }
}
