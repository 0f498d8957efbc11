package dev.warren.server.plugin;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The plugins that were found at one time, and what was refused. Immutable. */
public final class PluginSet {
  /** Without any plugin. */
  public static final PluginSet EMPTY = new PluginSet(List.of(), List.of());

  private final SortedMap<String, LoadedPlugin> byName = new TreeMap<>();
  private final List<Refusal> refusals = new ArrayList<>();

  /**
   * Something that looked like a plugin and is not used.
   *
   * @param name the plugin's name, or its directory's where it did not come to a name
   * @param location the jar or directory
   * @param reason what is wrong and what to do
   */
  public record Refusal(String name, Path location, String reason) {}

  /** Two plugins of one name are both refused: nobody could say which one runs. */
  PluginSet(Collection<LoadedPlugin> loaded, Collection<Refusal> refused) {
    refusals.addAll(refused);
    Map<String, List<LoadedPlugin>> groups = new TreeMap<>();
    loaded.forEach(p -> groups.computeIfAbsent(p.name(), _ -> new ArrayList<>()).add(p));
    groups.forEach(
        (name, group) -> {
          if (group.size() == 1) {
            byName.put(name, group.getFirst());
          } else {
            List<String> places = group.stream().map(p -> p.location().toString()).toList();
            refusals.add(
                new Refusal(
                    name,
                    group.getFirst().location(),
                    "it is there more than once, in %s; remove all but one"
                        .formatted(String.join(" and in ", places))));
          }
        });
  }

  /** A plugin by its name. */
  public Optional<LoadedPlugin> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** All names, sorted. */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /** All plugins, by name. */
  public List<LoadedPlugin> all() {
    return List.copyOf(byName.values());
  }

  /** What is not used. */
  public List<Refusal> refusals() {
    return List.copyOf(refusals);
  }

  /** Why a plugin of this name is not used. */
  public Optional<String> refusal(String name) {
    return refusals.stream().filter(r -> r.name().equals(name)).map(Refusal::reason).findFirst();
  }
}
