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
 * Checks the directories that instances serve, as their plugins name them, for conflicts with each
 * other and with directories that only their owner may read.
 */
final class Directories {
  private record Used(
      LoadedPlugin plugin, String label, String key, Path directory, Position position) {}

  /** A file or directory that must not be served, and what it is. */
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

  /** Adds the host's own files, which no instance may serve. */
  void keepPrivate(ServerSettings server, Path file) {
    keepPrivate("the host's state directory", server.stateDirectory());
    keepPrivate("the configuration", file);
    server.pluginDirectories().forEach(place -> keepPrivate("a directory with plugins", place));
  }

  /** Adds an instance whose configuration keys are in this map. */
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

  /** Adds an instance that is already mounted; problems are reported at the command's position. */
  void add(InstanceSettings mounted, Position command) {
    add(mounted.plugin(), mounted.label(), mounted.config(), _ -> command);
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
          "%s: its %s %s %s: files there have two paths, which renames and locks treat as"
                  .formatted(used.label(), used.key(), relation, other.label())
              + " different files; use separate directories, or one instance");
    }
  }

  /**
   * Checks all instances, once all are known. For example, clients of a mount that contains the
   * state directory could read the host's keys.
   */
  void check() {
    for (Used used : served) {
      for (Private one : kept) {
        if (one.place().startsWith(used.directory())) {
          problems.error(
              used.position(),
              "%s: its %s %s %s (%s), which every client of the mount could read; serve a directory of"
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

  /** Resolves symbolic links, as far as the path exists. */
  private static Path real(Path written) {
    Path path = written.toAbsolutePath().normalize();
    for (Path there = path; there != null; there = there.getParent()) {
      try {
        return there.toRealPath().resolve(there.relativize(path)).normalize();
      } catch (IOException _) {
        // It does not exist yet: it is created when the instance is opened.
      }
    }
    return path;
  }
}
