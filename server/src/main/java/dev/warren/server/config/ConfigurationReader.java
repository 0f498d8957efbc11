package dev.warren.server.config;

import dev.warren.api.Reason;
import dev.warren.api.VfsPath;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigType;
import dev.warren.api.config.Suggestion;
import dev.warren.frontend.FrontEnd;
import dev.warren.server.config.SectionReader.Section;
import dev.warren.server.config.YamlNode.YamlList;
import dev.warren.server.config.YamlNode.YamlMap;
import dev.warren.server.config.YamlNode.YamlScalar;
import dev.warren.server.log.Redactor;
import dev.warren.server.plugin.LoadedFrontEnd;
import dev.warren.server.plugin.LoadedPlugin;
import dev.warren.server.plugin.PluginSet;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration file. All problems are found before anything is opened, and are reported
 * together.
 */
public final class ConfigurationReader {
  /**
   * The largest file that is read, in bytes. No configuration is this large: a larger file is not
   * one.
   */
  static final int MOST_BYTES = 1 << 20;

  private static final String SERVER = "server";
  private static final String PLUGINS = "plugins";

  private final List<FrontEnd> frontEnds;
  private final Function<List<Path>, PluginSet> pluginSource;
  private final Function<String, @Nullable String> environment;
  private final Redactor redactor;
  private final boolean demonstrating;

  /**
   * @param frontEnds the built-in ones; each has a section of its name
   * @param pluginSource finds the plugins and additional front ends, given {@code
   *     server.plugin_dirs}
   * @param environment returns the value of an environment variable, null if it is not set
   * @param redactor is given every value that must not be shown
   */
  public ConfigurationReader(
      List<FrontEnd> frontEnds,
      Function<List<Path>, PluginSet> pluginSource,
      Function<String, @Nullable String> environment,
      Redactor redactor) {
    this(frontEnds, pluginSource, environment, redactor, false);
  }

  private ConfigurationReader(
      List<FrontEnd> frontEnds,
      Function<List<Path>, PluginSet> pluginSource,
      Function<String, @Nullable String> environment,
      Redactor redactor,
      boolean demonstrating) {
    this.frontEnds = List.copyOf(frontEnds);
    this.pluginSource = pluginSource;
    this.environment = environment;
    this.redactor = redactor;
    this.demonstrating = demonstrating;
  }

  /**
   * Returns a reader that makes plugins use their stand-ins instead of external services, or not,
   * whatever the file says.
   */
  public ConfigurationReader demonstrating(boolean whether) {
    return new ConfigurationReader(frontEnds, pluginSource, environment, redactor, whether);
  }

  /**
   * Reads a file.
   *
   * @param file the path as the user wrote it; messages show it unchanged
   * @throws ConfigurationException with all problems, if one of them is an error
   */
  public HostConfig read(Path file) throws ConfigurationException {
    Problems problems = new Problems(redactor);
    HostConfig config = read(file, problems);
    List<Problem> found = problems.inOrder();
    if (config == null || problems.errors() > 0) {
      throw new ConfigurationException(found);
    }
    return new HostConfig(
        config.server(),
        config.known(),
        config.frontEnds(),
        config.instances(),
        config.plugins(),
        found);
  }

  /**
   * Reads the configuration of an instance that an administrator mounts, by the same rules as the
   * file: references are resolved, and their values are hidden in logs and messages. A list is
   * written with commas.
   *
   * @param command what messages name in place of a file
   * @param host the running host's settings and instances
   * @throws ConfigurationException with all problems
   */
  public InstanceSettings instance(
      String command, LoadedPlugin plugin, VfsPath path, Map<String, String> settings, Running host)
      throws ConfigurationException {
    Problems problems = new Problems(redactor);
    Position at = Position.of(command);
    String wrong = MountPath.wrong(path.toString());
    if (wrong != null) {
      problems.error(at, wrong);
      throw new ConfigurationException(problems.inOrder());
    }
    YamlMap map = YamlMap.none(at);
    settings.forEach(
        (key, value) -> {
          Position mine = new Position(command, 0, map.entries().size() + 1);
          map.entries().put(key, new YamlMap.Entry(mine, node(plugin, key, value, mine)));
        });
    Config config =
        sections(Path.of(""), problems)
            .quotingNothing()
            .read(new Section("", at, map), plugin.configSpec(), Set.of(), plugin::check);
    if (config == null) {
      throw new ConfigurationException(problems.inOrder());
    }
    InstanceSettings wanted = new InstanceSettings(plugin, plugin.name(), path, config);
    Directories directories = new Directories(problems);
    directories.keepPrivate(host.server(), host.file());
    host.instances().forEach(mounted -> directories.add(mounted, at));
    directories.add(wanted, at);
    directories.check();
    if (problems.errors() > 0) {
      throw new ConfigurationException(problems.inOrder());
    }
    return wanted;
  }

  private static YamlNode node(LoadedPlugin plugin, String key, String value, Position at) {
    boolean isList =
        plugin.configSpec().find(key).filter(k -> k.type() == ConfigType.LIST).isPresent();
    return isList
        ? new YamlList(
            at,
            Stream.of(value.split(","))
                .map(item -> (YamlNode) new YamlScalar(at, item, false))
                .toList())
        : new YamlScalar(at, value, false);
  }

  private SectionReader sections(Path directory, Problems problems) {
    return new SectionReader(new References(environment, directory, redactor), redactor, problems);
  }

  private @Nullable HostConfig read(Path file, Problems problems) {
    String text = text(file, problems);
    YamlNode root = text == null ? null : YamlFile.read(file.toString(), text, problems);
    if (root == null) {
      return null;
    }
    if (root.isEmpty() || (root instanceof YamlMap none && none.entries().isEmpty())) {
      problems.error(
          Position.of(file.toString()),
          "the file is empty, or holds nothing but comments; was it truncated while being"
              + " written?");
      return null;
    }
    if (!(root instanceof YamlMap map)) {
      problems.error(root.position(), "the file must be a map of sections, but is " + root.kind());
      return null;
    }
    Path directory = file.toAbsolutePath().normalize().getParent();
    SectionReader sections = sections(directory == null ? Path.of("") : directory, problems);
    // A wrong value in this section says nothing about the plugins that other keys name.
    AtomicReference<Config> written =
        new AtomicReference<>(ServerSettings.SPEC.parse(Map.of()).orThrow());
    Config _ =
        sections.read(
            new Section(SERVER, Position.of(file.toString()), section(map, SERVER, problems)),
            ServerSettings.SPEC,
            Set.of(),
            config -> {
              written.set(config);
              return ServerSettings.check(config);
            });
    ServerSettings settings = ServerSettings.of(written.get());
    PluginSet plugins = pluginSource.apply(settings.pluginDirectories());
    List<FrontEnd> known = known(file, plugins, problems);
    checkNames(map, known, plugins, problems);
    Directories directories = new Directories(problems);
    directories.keepPrivate(settings, file);
    List<InstanceSettings> instances =
        new InstancesReader(sections, plugins, demonstrating, directories, problems)
            .read(section(map, PLUGINS, problems));
    directories.check();
    Map<String, Config> frontEndConfigs = frontEnds(map, known, sections, problems);
    if (frontEndConfigs.isEmpty() && problems.errors() == 0 && !known.isEmpty()) {
      problems.error(
          Position.of(file.toString()),
          "no front end is configured, so nobody can connect; add one of the sections "
              + String.join(", ", names(known)));
    }
    return new HostConfig(settings, known, frontEndConfigs, instances, plugins, List.of());
  }

  private static @Nullable String text(Path file, Problems problems) {
    Position whole = Position.of(file.toString());
    try {
      byte[] bytes =
          SteadyFile.read(file, MOST_BYTES, () -> Thread.sleep(SteadyFile.MOMENT.toMillis()));
      return TextFile.text(file.toString(), bytes, problems);
    } catch (NoSuchFileException e) {
      problems.error(whole, "there is no such file");
    } catch (IOException e) {
      problems.error(whole, "the file cannot be read: " + Reason.of(e));
    }
    return null;
  }

  /** The built-in front ends, and those found whose names do not conflict with other sections. */
  private List<FrontEnd> known(Path file, PluginSet plugins, Problems problems) {
    Set<String> taken = new HashSet<>(names(frontEnds));
    taken.add(SERVER);
    taken.add(PLUGINS);
    List<FrontEnd> known = new ArrayList<>(frontEnds);
    for (LoadedFrontEnd found : plugins.frontEnds()) {
      if (taken.contains(found.name())) {
        problems.warning(
            Position.of(file.toString()),
            "the front end of %s is not used: the section '%s' is the host's own"
                .formatted(found.location(), found.name()));
      } else {
        known.add(found);
      }
    }
    return known;
  }

  private static List<String> names(List<FrontEnd> frontEnds) {
    return frontEnds.stream().map(FrontEnd::name).toList();
  }

  private static void checkNames(
      YamlMap map, List<FrontEnd> frontEnds, PluginSet plugins, Problems problems) {
    List<String> known = new ArrayList<>(List.of(SERVER));
    known.addAll(names(frontEnds));
    known.add(PLUGINS);
    map.entries()
        .forEach(
            (name, entry) -> {
              if (!known.contains(name)) {
                problems.error(
                    entry.keyPosition(),
                    "unknown section '%s'%s%s; known are %s%s"
                        .formatted(
                            name,
                            Suggestion.of(name, known),
                            AgfsNames.key(null, name),
                            String.join(", ", known),
                            plugins
                                .refusal(name)
                                .map(
                                    "; the plugin or front end of that name cannot be used: "
                                        ::concat)
                                .orElse("")));
              }
            });
  }

  private static Map<String, Config> frontEnds(
      YamlMap map, List<FrontEnd> known, SectionReader sections, Problems problems) {
    Map<String, Config> configs = new LinkedHashMap<>();
    ListenAddresses addresses = new ListenAddresses(problems);
    for (FrontEnd frontEnd : known) {
      YamlMap.Entry entry = map.entries().get(frontEnd.name());
      if (entry != null) {
        YamlMap keys = section(map, frontEnd.name(), problems);
        Config config =
            sections.read(
                new Section(frontEnd.name(), entry.keyPosition(), keys),
                frontEnd.configSpec(),
                Set.of(),
                frontEnd::check);
        if (config != null) {
          addresses.add(frontEnd.name(), frontEnd.configSpec(), config, keys, entry.keyPosition());
          configs.put(frontEnd.name(), config);
        }
      }
    }
    return configs;
  }

  private static YamlMap section(YamlMap root, String name, Problems problems) {
    YamlMap.Entry entry = root.entries().get(name);
    if (entry == null || entry.value().isEmpty()) {
      return YamlMap.none(root.position());
    }
    if (entry.value() instanceof YamlMap map) {
      return map;
    }
    problems.error(
        entry.value().position(),
        "section '%s' must be a map, but is %s".formatted(name, entry.value().kind()));
    return YamlMap.none(entry.keyPosition());
  }
}
