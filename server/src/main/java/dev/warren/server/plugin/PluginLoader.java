package dev.warren.server.plugin;

import dev.warren.api.Plugin;
import dev.warren.api.Reason;
import dev.warren.frontend.FrontEnd;
import dev.warren.server.plugin.PluginDirectory.Jar;
import dev.warren.server.plugin.PluginSet.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * Finds plugins and front ends in directories, and loads each directory with a class loader of its
 * own. What cannot be loaded is refused, with the name of the jar, and the rest is loaded
 * nevertheless. A directory that has not changed is not loaded again. Use from one thread at a
 * time.
 */
public final class PluginLoader {
  private static final String SERVICES = "META-INF/services/";
  private static final String PLUGIN = SERVICES + Plugin.class.getName();
  private static final String FRONT_END = SERVICES + FrontEnd.class.getName();

  private final List<Path> ownDirectories;
  private Map<PluginDirectory, Loaded> known = new HashMap<>();

  /** The result of loading a directory. */
  private record Loaded(
      @Nullable PluginClassLoader loader,
      @Nullable PluginCopy copy,
      List<LoadedPlugin> plugins,
      List<LoadedFrontEnd> frontEnds,
      List<Refusal> refusals) {
    static Loaded none(List<Refusal> refusals) {
      return new Loaded(null, null, List.of(), List.of(), refusals);
    }

    boolean isUsed(PluginSet set, Collection<FrontEnd> further) {
      return plugins.stream().anyMatch(set.all()::contains)
          || frontEnds.stream().anyMatch(f -> set.frontEnds().contains(f) || further.contains(f));
    }
  }

  /**
   * @param ownDirectories the directories of the distribution's plugins; a missing one counts as
   *     empty
   */
  public PluginLoader(List<Path> ownDirectories) {
    this.ownDirectories = List.copyOf(ownDirectories);
  }

  /** Returns the plugins of the distribution and of these directories, as they are now. */
  public PluginSet load(List<Path> furtherDirectories) {
    Set<Path> roots = new LinkedHashSet<>();
    ownDirectories.forEach(directory -> roots.add(real(directory)));
    furtherDirectories.forEach(directory -> roots.add(real(directory)));
    Map<PluginDirectory, Loaded> now = new HashMap<>(known);
    List<LoadedPlugin> plugins = new ArrayList<>();
    List<LoadedFrontEnd> frontEnds = new ArrayList<>();
    List<Refusal> refusals = new ArrayList<>();
    for (Path root : roots) {
      for (PluginDirectory directory : directories(root, refusals)) {
        Loaded loaded = now.computeIfAbsent(directory, PluginLoader::load);
        plugins.addAll(loaded.plugins());
        frontEnds.addAll(loaded.frontEnds());
        refusals.addAll(loaded.refusals());
      }
    }
    known = now;
    return new PluginSet(plugins, frontEnds, refusals);
  }

  /**
   * Closes the class loaders of plugins and front ends that are not among these. Their code can
   * load no further classes then, even if it still runs.
   *
   * @param further front ends that are still running or ending
   */
  public void retain(PluginSet used, Collection<FrontEnd> further) {
    known
        .values()
        .removeIf(
            loaded -> {
              boolean gone = loaded.loader() != null && !loaded.isUsed(used, further);
              if (gone) {
                close(loaded.loader());
                if (loaded.copy() != null) {
                  loaded.copy().delete();
                }
              }
              return gone;
            });
  }

  /**
   * Resolves links, so that a directory named twice, once through a link, does not duplicate
   * plugins.
   */
  private static Path real(Path directory) {
    try {
      return directory.toRealPath();
    } catch (IOException _) {
      return directory; // does not exist: counts as empty
    }
  }

  private static List<PluginDirectory> directories(Path root, List<Refusal> refusals) {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try {
      return PluginDirectory.at(root);
    } catch (IOException e) {
      refusals.add(
          new Refusal(
              String.valueOf(root.getFileName()), root, "it cannot be read: " + Reason.of(e)));
      return List.of();
    }
  }

  private static Loaded load(PluginDirectory directory) {
    List<Refusal> refusals = new ArrayList<>();
    List<Jar> providers = new ArrayList<>();
    Set<String> sees = new HashSet<>();
    for (Jar jar : directory.jars()) {
      try {
        Inspected inspected = inspect(jar);
        if (inspected.provides()) {
          providers.add(jar);
        }
        sees.addAll(inspected.sees());
        Optional<String> reason = Optional.ofNullable(inspected.refusal());
        reason.ifPresent(r -> refusals.add(new Refusal(directory.name(), jar.path(), r)));
      } catch (IOException e) {
        refusals.add(
            new Refusal(
                directory.name(),
                jar.path(),
                jar.path() + " is not a readable jar: " + Reason.of(e)));
      }
    }
    if (providers.isEmpty() && refusals.isEmpty()) {
      refusals.add(
          new Refusal(
              directory.name(),
              directory.directory(),
              "no jar in %s has %s, nor %s".formatted(directory.directory(), PLUGIN, FRONT_END)));
    }
    if (!refusals.isEmpty()) {
      return Loaded.none(refusals);
    }
    return instantiate(directory, providers, sees);
  }

  /**
   * The information in a jar's entries.
   *
   * @param provides whether it declares a plugin or a front end
   * @param sees the packages of the host that the jar requests in addition
   * @param refusal why it must not be used; null if it may
   */
  private record Inspected(boolean provides, Set<String> sees, @Nullable String refusal) {}

  private static Inspected inspect(Jar jar) throws IOException {
    try (JarFile file = new JarFile(jar.path().toFile())) {
      boolean plugin = file.getEntry(PLUGIN) != null;
      boolean frontEnd = file.getEntry(FRONT_END) != null;
      Manifest manifest = file.getManifest();
      Attributes attributes = manifest == null ? new Attributes() : manifest.getMainAttributes();
      Set<String> sees = new HashSet<>();
      if (plugin && "true".equals(attributes.getValue(Plugin.ADMINISTRATION_ATTRIBUTE))) {
        sees.add(PluginClassLoader.ADMINISTRATION);
      }
      String refusal =
          plugin
              ? refusal(jar, attributes, Plugin.API_VERSION_ATTRIBUTE, Plugin.API_VERSION)
              : null;
      if (frontEnd) {
        sees.add(PluginClassLoader.FRONT_END);
        refusal =
            refusal == null
                ? refusal(jar, attributes, FrontEnd.API_VERSION_ATTRIBUTE, FrontEnd.API_VERSION)
                : refusal;
      }
      return new Inspected(plugin || frontEnd, sees, refusal);
    }
  }

  private static @Nullable String refusal(
      Jar jar, Attributes attributes, String attribute, int supported) {
    String version = attributes.getValue(attribute);
    String expected = Integer.toString(supported);
    if (version == null) {
      return "%s does not say for which version of the contract it was built; its manifest needs '%s: %s'"
          .formatted(jar.path(), attribute, expected);
    }
    return version.strip().equals(expected)
        ? null
        : "%s was built for version %s of the contract, this host has version %s; get a plugin"
                .formatted(jar.path(), version.strip(), expected)
            + " for this host";
  }

  private static Loaded instantiate(
      PluginDirectory directory, List<Jar> providers, Set<String> sees) {
    List<LoadedPlugin> plugins = new ArrayList<>();
    List<LoadedFrontEnd> frontEnds = new ArrayList<>();
    List<Refusal> refusals = new ArrayList<>();
    Path location = providers.getFirst().path();
    PluginCopy copy;
    try {
      copy = PluginCopy.of(directory);
    } catch (IOException e) {
      refusals.add(
          new Refusal(
              directory.name(),
              location,
              "its jars cannot be copied to load them: " + Reason.of(e)));
      return Loaded.none(refusals);
    }
    PluginClassLoader loader =
        new PluginClassLoader(
            "plugin:" + directory.name(), copy.urls(), PluginLoader.class.getClassLoader(), sees);
    try (var _ = new ContextClassLoader(loader)) {
      for (Plugin plugin : ServiceLoader.load(Plugin.class, loader)) {
        plugins.add(new LoadedPlugin(plugin, location));
      }
      for (FrontEnd frontEnd : ServiceLoader.load(FrontEnd.class, loader)) {
        frontEnds.add(new LoadedFrontEnd(frontEnd, location));
      }
    } catch (Exception | Error e) { // a plugin's static initialiser may throw anything
      Throwable cause = e.getCause() == null ? e : e.getCause();
      refusals.add(
          new Refusal(
              directory.name(),
              location,
              "%s cannot be loaded: %s".formatted(location, root(cause))));
    }
    return new Loaded(loader, copy, plugins, frontEnds, refusals);
  }

  private static String root(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof ExceptionInInitializerError && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return Reason.of(cause);
  }

  private static void close(@Nullable PluginClassLoader loader) {
    try {
      if (loader != null) {
        loader.close();
      }
    } catch (IOException e) {
      System.getLogger(PluginLoader.class.getName())
          .log(System.Logger.Level.WARNING, "cannot close " + loader.getName(), e);
    }
  }
}
