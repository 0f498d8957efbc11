package dev.warren.server.config;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigType;
import dev.warren.server.config.YamlNode.YamlMap;
import dev.warren.server.plugin.LoadedPlugin;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Warns of instances of one plugin that share a directory, or one whose directory is inside
 * another's. By convention the key is called {@value #KEY}; this looks at nothing else.
 */
final class Directories {
  static final String KEY = "local_dir";

  private record Used(LoadedPlugin plugin, String label, Path directory) {}

  private final Problems problems;
  private final List<Used> used = new ArrayList<>();

  Directories(Problems problems) {
    this.problems = problems;
  }

  void add(LoadedPlugin plugin, String label, Config config, YamlMap keys) {
    boolean known =
        plugin.configSpec().find(KEY).filter(key -> key.type() == ConfigType.STRING).isPresent();
    YamlMap.Entry entry = keys.entries().get(KEY);
    if (!known || entry == null || !config.has(KEY)) {
      return;
    }
    Path directory = real(config.string(KEY));
    for (Used other : used) {
      if (!other.plugin().equals(plugin)) {
        continue;
      }
      String relation =
          directory.equals(other.directory())
              ? "is that of"
              : directory.startsWith(other.directory())
                  ? "is inside that of"
                  : other.directory().startsWith(directory) ? "contains that of" : "";
      if (!relation.isEmpty()) {
        problems.warning(
            entry.value().position(),
            "%s: its %s %s %s: a file has two names there, which renames and locks do not know to"
                    .formatted(label, KEY, relation, other.label())
                + " be one; use separate directories, or one instance");
      }
    }
    used.add(new Used(plugin, label, directory));
  }

  private static Path real(String name) {
    try {
      Path path = Path.of(name).toAbsolutePath().normalize();
      try {
        return path.toRealPath();
      } catch (IOException _) {
        return path; // is created when it is opened
      }
    } catch (InvalidPathException _) {
      return Path.of("");
    }
  }
}
