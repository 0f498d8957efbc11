package dev.warren.server.config;

import dev.warren.api.UsedDirectory;
import dev.warren.api.config.Config;
import dev.warren.server.config.YamlNode.YamlMap;
import dev.warren.server.plugin.LoadedPlugin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Looks at the directories that instances serve, and at those that nobody but their owner may see,
 * as their plugins name them.
 */
final class Directories {
  private record Used(
      LoadedPlugin plugin, String label, String key, Path directory, Position position) {}

  /** A place whose content must not be served as it is, and what it is. */
  private record Private(String what, Path place) {}

  private final Problems problems;
  private final List<Used> served = new ArrayList<>();
  private final List<Private> kept = new ArrayList<>();

  Directories(Problems problems) {
    this.problems = problems;
  }

  private void keepPrivate(String what, Path place) {
    kept.add(new Private(what, real(place)));
  }

  /** Those that no instance of a host may serve, whatever it is. */
  void keepPrivate(ServerSettings server, Path file) {
    keepPrivate("the host's state directory", server.stateDirectory());
    keepPrivate("the configuration", file);
    server.pluginDirectories().forEach(place -> keepPrivate("a directory with plugins", place));
  }

  /** An instance whose keys stand there. */
  void add(LoadedPlugin plugin, String label, Config config, YamlMap keys) {
    add(
        plugin,
        label,
        config,
        key -> {
          YamlMap.Entry entry = keys.entries().get(key);
          return entry == null ? keys.position() : entry.value().position();
        });
  }

  /** An instance that is mounted already, for what is ordered at a place. */
  void add(InstanceSettings mounted, Position order) {
    add(mounted.plugin(), mounted.label(), mounted.config(), _ -> order);
  }

  private void add(
      LoadedPlugin plugin, String label, Config config, Function<String, Position> positions) {
    for (UsedDirectory one : plugin.directories(config)) {
      Path directory = real(one.directory());
      switch (one.use()) {
        case OWN -> kept.add(new Private("the data of " + label, directory));
        case SERVED ->
            serve(new Used(plugin, label, one.key(), directory, positions.apply(one.key())));
      }
    }
  }

  private void serve(Used used) {
    served.stream()
        .filter(other -> other.plugin().equals(used.plugin()))
        .forEach(other -> compare(used, other));
    served.add(used);
  }

  private void compare(Used used, Used other) {
    Path directory = used.directory();
    String relation =
        directory.equals(other.directory())
            ? "is that of"
            : directory.startsWith(other.directory())
                ? "is inside that of"
                : other.directory().startsWith(directory) ? "contains that of" : "";
    if (!relation.isEmpty()) {
      problems.warning(
          used.position(),
          "%s: its %s %s %s: a file has two names there, which renames and locks do not know to"
                  .formatted(used.label(), used.key(), relation, other.label())
              + " be one; use separate directories, or one instance");
    }
  }

  /** When all are known: whoever sees a mount would read the host's keys there, for one. */
  void check() {
    for (Used used : served) {
      for (Private one : kept) {
        if (one.place().startsWith(used.directory())) {
          problems.error(
              used.position(),
              "%s: its %s %s %s (%s), which whoever sees the mount could read; serve a directory of"
                      .formatted(
                          used.label(),
                          used.key(),
                          one.place().equals(used.directory()) ? "is" : "contains",
                          one.what(),
                          one.place())
                  + " its own");
        }
      }
    }
  }

  /** Without links, as far as it is there. */
  private static Path real(Path written) {
    Path path = written.toAbsolutePath().normalize();
    for (Path there = path; there != null; there = there.getParent()) {
      try {
        return there.toRealPath().resolve(there.relativize(path)).normalize();
      } catch (IOException _) {
        // it is created when it is opened
      }
    }
    return path;
  }
}
