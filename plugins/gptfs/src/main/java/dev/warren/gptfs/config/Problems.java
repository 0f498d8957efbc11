package dev.warren.gptfs.config;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects all problems of a configuration, not only the first. */
final class Problems {
  private final List<ConfigProblem> all = new ArrayList<>();

  /** The problems, in the order in which they were added. */
  List<ConfigProblem> all() {
    return List.copyOf(all);
  }

  /** A value is wrong. */
  void add(List<String> path, ConfigKey<?> key, String message) {
    all.add(new ConfigProblem(joined(path, List.of(key.name())), false, message));
  }

  /** A key is wrong. */
  void addKey(List<String> path, String message) {
    all.add(new ConfigProblem(path, true, message));
  }

  /** A key is missing. */
  void addMissing(List<String> path, ConfigKey<?> key, String documentation) {
    addKey(path, "missing key '%s': %s".formatted(key, documentation));
  }

  /** Reads the map below a key; adds the problems, and returns null if it cannot be read. */
  @Nullable Config nested(List<String> path, Object raw, ConfigSpec spec) {
    if (!(raw instanceof Map<?, ?> map)) {
      all.add(new ConfigProblem(path, false, "must be a map"));
      return null;
    }
    Map<String, Object> named = new LinkedHashMap<>();
    map.forEach((key, value) -> named.put(String.valueOf(key), value));
    ConfigSpec.Result result = spec.parse(named);
    for (ConfigProblem problem : result.problems()) {
      all.add(new ConfigProblem(joined(path, problem.path()), problem.onKey(), problem.message()));
    }
    return result.config();
  }

  private static List<String> joined(List<String> path, List<String> rest) {
    List<String> full = new ArrayList<>(path);
    full.addAll(rest);
    return full;
  }
}
