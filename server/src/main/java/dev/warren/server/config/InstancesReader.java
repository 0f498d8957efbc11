package dev.warren.server.config;

import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.config.Config;
import dev.warren.api.config.Suggestion;
import dev.warren.server.config.SectionReader.Section;
import dev.warren.server.config.YamlNode.YamlList;
import dev.warren.server.config.YamlNode.YamlMap;
import dev.warren.server.plugin.LoadedPlugin;
import dev.warren.server.plugin.PluginSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the section {@code plugins}: for each plugin one instance or a list of them. */
final class InstancesReader {
  private record Taken(String label, Position position) {}

  private final SectionReader sections;
  private final PluginSet plugins;
  private final boolean demonstrating;
  private final Problems problems;
  private final List<InstanceSettings> instances = new ArrayList<>();
  private final Map<VfsPath, Taken> takenPaths = new HashMap<>();
  private final Map<String, Taken> takenNames = new HashMap<>();
  private final Directories directories;

  /**
   * @param directories is given the directories that instances serve
   */
  InstancesReader(
      SectionReader sections,
      PluginSet plugins,
      boolean demonstrating,
      Directories directories,
      Problems problems) {
    this.sections = sections;
    this.plugins = plugins;
    this.demonstrating = demonstrating;
    this.problems = problems;
    this.directories = directories;
  }

  List<InstanceSettings> read(YamlMap section) {
    section.entries().forEach(this::plugin);
    return instances;
  }

  private void plugin(String name, YamlMap.Entry entry) {
    List<YamlNode> written =
        entry.value() instanceof YamlList list ? list.items() : List.of(entry.value());
    boolean enabled = false;
    for (YamlNode one : written) {
      if (one instanceof YamlMap map) {
        enabled |= instance(name, entry, map);
      } else {
        Position at = one.isEmpty() ? entry.keyPosition() : one.position();
        problems.error(
            at,
            "%s: an instance is a map with path and config, but this is %s"
                .formatted(name, one.kind()));
      }
    }
    if (plugins.find(name).isEmpty()) {
      unknown(name, entry.keyPosition(), enabled);
    }
  }

  private void unknown(String name, Position at, boolean enabled) {
    String message =
        plugins
            .refusal(name)
            .map(reason -> "plugin '%s' cannot be used: %s".formatted(name, reason))
            .orElseGet(
                () ->
                    "there is no plugin '%s'%s%s; found are %s"
                        .formatted(
                            name,
                            Suggestion.of(name, plugins.names()),
                            enabled ? AgfsNames.plugin(name, plugins.names()) : "",
                            plugins.names().isEmpty()
                                ? "none"
                                : String.join(", ", plugins.names())));
    if (enabled) {
      problems.error(at, message);
    } else {
      problems.warning(at, message);
    }
  }

  /** Reads one instance and returns whether it is enabled. */
  private boolean instance(String name, YamlMap.Entry plugin, YamlMap map) {
    Position start = plugin.value() instanceof YamlMap ? plugin.keyPosition() : map.position();
    Config header =
        sections.read(
            new Section(name, start, map), InstanceKeys.SPEC, Set.of("config"), _ -> List.of());
    if (header == null ? looksDisabled(map) : !header.get(InstanceKeys.ENABLED)) {
      return false;
    }
    VfsPath path =
        header == null
            ? null
            : path(name, map, header.get(InstanceKeys.PATH), at(map, "path", start));
    String label = path == null ? name : name + " at " + path;
    boolean free = path != null && isFree("path", takenPaths, path, label, at(map, "path", start));
    if (header != null && header.has(InstanceKeys.NAME)) {
      String own = header.get(InstanceKeys.NAME);
      free &= isFree("name", takenNames, own, label, at(map, "name", start));
    }
    LoadedPlugin loaded = plugins.find(name).orElse(null);
    if (loaded == null || (header == null && !map.entries().containsKey("config"))) {
      return true; // The missing map config is reported already; its missing keys add nothing.
    }
    Config config = config(loaded, label, start, map);
    if (config != null && header != null && path != null && free) {
      instances.add(
          new InstanceSettings(loaded, header.find(InstanceKeys.NAME).orElse(name), path, config));
    }
    return true;
  }

  private <T> boolean isFree(
      String what, Map<T, Taken> taken, T wanted, String label, Position at) {
    Taken other = taken.putIfAbsent(wanted, new Taken(label, at));
    if (other != null) {
      problems.error(
          at,
          "%s: the %s is taken by %s (%s); choose another"
              .formatted(label, what, other.label(), other.position()));
    }
    return other == null;
  }

  private @Nullable Config config(LoadedPlugin plugin, String label, Position start, YamlMap map) {
    YamlMap.Entry entry = map.entries().get("config");
    YamlMap keys = entry != null && entry.value() instanceof YamlMap m ? m : YamlMap.none(start);
    Position at = entry == null ? start : entry.keyPosition();
    if (demonstrating) {
      demonstrate(plugin, at, keys);
    }
    Config config =
        sections.read(new Section(label, at, keys), plugin.configSpec(), Set.of(), plugin::check);
    if (config != null) {
      directories.add(plugin, label, config, keys);
    }
    return config;
  }

  private static void demonstrate(LoadedPlugin plugin, Position at, YamlMap keys) {
    plugin
        .demonstration()
        .forEach(
            (key, value) ->
                keys.entries()
                    .put(key, new YamlMap.Entry(at, new YamlNode.YamlScalar(at, value, true))));
  }

  private @Nullable VfsPath path(String plugin, YamlMap map, String text, Position at) {
    YamlMap.Entry entry = map.entries().get("path");
    String written =
        entry != null && entry.value() instanceof YamlNode.YamlScalar scalar ? scalar.text() : text;
    String wrong = MountPath.wrong(written.startsWith("~") ? written : text);
    if (wrong != null) {
      problems.error(at, "%s: %s".formatted(plugin, wrong));
      return null;
    }
    try {
      return VfsPath.parse(text);
    } catch (FsException e) {
      problems.error(at, "%s: not a valid mount path: %s".formatted(plugin, e.getMessage()));
      return null;
    }
  }

  private static Position at(YamlMap map, String key, Position fallback) {
    return Optional.ofNullable(map.entries().get(key))
        .map(entry -> entry.value().position())
        .orElse(fallback);
  }

  /** Whether a section that could not be read is nevertheless disabled. */
  private static boolean looksDisabled(YamlMap map) {
    YamlMap.Entry entry = map.entries().get("enabled");
    return entry != null
        && entry.value() instanceof YamlNode.YamlScalar scalar
        && scalar.text().equals("false");
  }
}
