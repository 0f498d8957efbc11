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
import org.jspecify.annotations.Nullable;

/**
 * Looks at the directories that instances serve, and at those that nobody but their owner may see.
 * By convention the keys are called {@value #SERVED} and {@value #OWN}; this looks at nothing else.
 */
final class Directories {
  /** What clients see as it is. */
  static final String SERVED = "local_dir";

  /** Where a plugin keeps what is its own. */
  static final String OWN = "data_dir";

  private record Used(LoadedPlugin plugin, String label, Path directory, Position position) {}

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
    YamlMap.Entry entry = keys.entries().get(SERVED);
    add(plugin, label, config, entry == null ? null : entry.value().position());
  }

  /** An instance that is mounted already, for what is ordered at a place. */
  void add(InstanceSettings mounted, Position order) {
    add(mounted.plugin(), mounted.label(), mounted.config(), order);
  }

  private void add(LoadedPlugin plugin, String label, Config config, @Nullable Position at) {
    Path own = directory(plugin, OWN, config);
    if (own != null) {
      kept.add(new Private("the data of " + label, own));
    }
    Path directory = directory(plugin, SERVED, config);
    if (directory == null || at == null) {
      return;
    }
    Used used = new Used(plugin, label, directory, at);
    served.stream()
        .filter(other -> other.plugin().equals(plugin))
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
                  .formatted(used.label(), SERVED, relation, other.label())
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
                          SERVED,
                          one.place().equals(used.directory()) ? "is" : "contains",
                          one.what(),
                          one.place())
                  + " its own");
        }
      }
    }
  }

  private static @Nullable Path directory(LoadedPlugin plugin, String key, Config config) {
    boolean known =
        plugin.configSpec().find(key).filter(k -> k.type() == ConfigType.STRING).isPresent();
    if (!known || !config.has(key)) {
      return null;
    }
    try {
      return real(Path.of(config.string(key)));
    } catch (InvalidPathException _) {
      return null; // which the plugin has said
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
