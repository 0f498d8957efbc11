package dev.warren.server.plugin;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The plugins and front ends found by one scan, and those that were refused. Immutable. */
public final class PluginSet {
  /** A set without plugins. */
  public static final PluginSet EMPTY = new PluginSet(List.of(), List.of(), List.of());

  private static final Pattern SECTION = Pattern.compile("[a-z][a-z0-9_-]*");

  private final SortedMap<String, LoadedPlugin> byName = new TreeMap<>();
  private final SortedMap<String, LoadedFrontEnd> frontEnds = new TreeMap<>();
  private final List<Refusal> refusals = new ArrayList<>();

  /**
   * Something that looked like a plugin or a front end and is not used.
   *
   * @param name its name, or its directory's if its own could not be determined
   * @param location the jar or directory
   * @param reason what is wrong and what to do
   */
  public record Refusal(String name, Path location, String reason) {}

  PluginSet(
      Collection<LoadedPlugin> loaded,
      Collection<LoadedFrontEnd> loadedFrontEnds,
      Collection<Refusal> refused) {
    refusals.addAll(refused);
    putUnique(byName, loaded, LoadedPlugin::name, LoadedPlugin::location);
    putUnique(frontEnds, loadedFrontEnds, LoadedFrontEnd::name, LoadedFrontEnd::location);
    frontEnds
        .values()
        .removeIf(
            frontEnd -> {
              boolean wrong = !SECTION.matcher(frontEnd.name()).matches();
              if (wrong) {
                refuse(frontEnd.name(), frontEnd.location(), "no section can have its name");
              }
              return wrong;
            });
  }

  /** If two have the same name, both are refused: it would be unclear which one runs. */
  private <T> void putUnique(
      Map<String, T> into,
      Collection<T> loaded,
      Function<T, String> nameOf,
      Function<T, Path> locationOf) {
    Map<String, List<T>> groups = new TreeMap<>();
    loaded.forEach(
        one -> groups.computeIfAbsent(nameOf.apply(one), _ -> new ArrayList<>()).add(one));
    groups.forEach(
        (name, group) -> {
          if (group.size() == 1) {
            into.put(name, group.getFirst());
          } else {
            List<String> places = group.stream().map(p -> locationOf.apply(p).toString()).toList();
            refuse(
                name,
                locationOf.apply(group.getFirst()),
                "it was found more than once, in %s; remove all but one"
                    .formatted(String.join(" and in ", places)));
          }
        });
  }

  private void refuse(String name, Path location, String reason) {
    refusals.add(new Refusal(name, location, reason));
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

  /** All front ends, by name. */
  public List<LoadedFrontEnd> frontEnds() {
    return List.copyOf(frontEnds.values());
  }

  /** The plugins and front ends that are not used. */
  public List<Refusal> refusals() {
    return List.copyOf(refusals);
  }

  /** Why a plugin or front end with this name is not used. */
  public Optional<String> refusal(String name) {
    return refusals.stream().filter(r -> r.name().equals(name)).map(Refusal::reason).findFirst();
  }
}
