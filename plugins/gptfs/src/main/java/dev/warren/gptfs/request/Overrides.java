package dev.warren.gptfs.request;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.config.Suggestion;
import dev.warren.gptfs.config.PromptSettings;
import dev.warren.gptfs.store.Files;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The settings of {@code _config.yaml} files in the inbox, for their directories and those below.
 * Every client that can write a prompt can write such a file, so the file can only choose among
 * what the host's owner has configured, and never name a URL, a key, a header or a proxy.
 */
public final class Overrides {
  /** The file's name. */
  public static final String FILE = "_config.yaml";

  /** The kind of error with which a job fails if one of the files is invalid. */
  public static final String KIND = "invalid_options";

  /** The other accepted name. */
  private static final String OTHER_FILE = "_config.yml";

  private static final int MAX_BYTES = 64 * 1024;
  private static final Set<String> SETTINGS =
      Set.of("model", "system_prompt", "endpoint", "parameters");

  /** Members of a request that may be set, here and in {@code parameters}. */
  private static final Set<String> PARAMETERS =
      Set.of(
          "temperature",
          "top_p",
          "max_tokens",
          "max_completion_tokens",
          "max_output_tokens",
          "stop",
          "seed",
          "response_format",
          "reasoning_effort",
          "service_tier",
          "presence_penalty",
          "frequency_penalty",
          "verbosity");

  private final PromptSettings mount;
  private final Set<String> endpoints;
  private final boolean passing;

  /**
   * Overrides of an instance's own settings.
   *
   * @param endpoints the names of the endpoints that may be chosen
   * @param passing whether an EIO may pass, as that of a database on a server; otherwise a file
   *     that cannot be read is invalid
   */
  public Overrides(PromptSettings mount, Set<String> endpoints, boolean passing) {
    this.mount = mount;
    this.passing = passing;
    this.endpoints = Set.copyOf(endpoints);
  }

  /**
   * The settings for the files of a directory: the nearest file wins, key by key.
   *
   * @param files the file system that holds the inbox
   * @param inbox the path of the inbox in that file system
   * @param directory the inbox or one below it
   * @throws FsException EIO, which may pass
   * @throws BadRequestException if a file is invalid, or sets what it must not
   */
  public PromptSettings of(FileSystem files, VfsPath inbox, VfsPath directory)
      throws FsException, BadRequestException {
    PromptSettings settings = mount;
    for (int depth = inbox.depth(); depth <= directory.depth(); depth++) {
      VfsPath parent = directory.ancestor(depth);
      String shown = name(inbox, parent.resolve(FILE));
      byte[] content = read(files, inbox, parent.resolve(FILE));
      byte[] other = read(files, inbox, parent.resolve(OTHER_FILE));
      if (content != null && other != null) {
        throw bad(shown, "there is " + OTHER_FILE + " as well; keep one of them");
      }
      if (content != null) {
        settings = apply(settings, content, shown);
      } else if (other != null) {
        settings = apply(settings, other, name(inbox, parent.resolve(OTHER_FILE)));
      }
    }
    return settings;
  }

  private static String name(VfsPath inbox, VfsPath file) throws FsException {
    return file.rebase(inbox, VfsPath.ROOT).toString().substring(1);
  }

  private byte @Nullable [] read(FileSystem files, VfsPath inbox, VfsPath file)
      throws FsException, BadRequestException {
    try {
      if (files.stat(file).type() != FileType.REGULAR) {
        throw bad(name(inbox, file), "it is not a regular file");
      }
      return Files.read(files, file, MAX_BYTES);
    } catch (FsException e) {
      if (passing && e.errno() == Errno.EIO) {
        throw e;
      }
      return switch (e.errno()) {
        case ENOENT, ENOTDIR -> null;
        case EFBIG -> throw bad(name(inbox, file), "it has more than " + MAX_BYTES + " bytes");
        default -> throw bad(name(inbox, file), "it cannot be read: " + e.getMessage());
      };
    }
  }

  private static BadRequestException bad(String file, String what) {
    return new BadRequestException(KIND, file + ": " + what);
  }

  /** Whether a file of this name holds settings for other files. */
  public static boolean isFile(String name) {
    return name.equals(FILE) || name.equals(OTHER_FILE);
  }

  private PromptSettings apply(PromptSettings base, byte[] content, String file)
      throws BadRequestException {
    Object document;
    try {
      LoaderOptions options = new LoaderOptions();
      options.setMaxAliasesForCollections(10);
      String text = new String(Texts.utf8(content), StandardCharsets.UTF_8);
      document = new Yaml(new SafeConstructor(options)).load(text);
    } catch (RuntimeException e) { // also thrown for a tag with an invalid value: !!int abc
      throw bad(file, "it is not YAML: " + e.getMessage());
    }
    if (document == null) {
      return base;
    }
    if (!(document instanceof Map<?, ?> map)) {
      throw new BadRequestException("invalid_options", file + " must hold a map");
    }
    String model = base.model();
    String system = base.system();
    String endpoint = base.endpoint();
    Map<String, Object> parameters = new LinkedHashMap<>(base.parameters());
    YamlValues values = new YamlValues(file);
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      String key = String.valueOf(entry.getKey());
      Object value = values.plain(key, entry.getValue());
      switch (key) {
        case "model" -> model = text(file, key, value);
        case "system_prompt" -> system = text(file, key, value);
        case "endpoint" -> {
          endpoint = text(file, key, value);
          if (!endpoints.contains(endpoint)) {
            throw new BadRequestException(
                "invalid_options",
                "%s: there is no endpoint '%s'%s"
                    .formatted(file, endpoint, Suggestion.of(endpoint, endpoints)));
          }
        }
        case "parameters" -> {
          if (!(value instanceof Map<?, ?> nested)) {
            throw new BadRequestException("invalid_options", file + ": 'parameters' must be a map");
          }
          for (Map.Entry<?, ?> parameter : nested.entrySet()) {
            put(file, String.valueOf(parameter.getKey()), parameter.getValue(), parameters);
          }
        }
        default -> put(file, key, value, parameters);
      }
    }
    return new PromptSettings(
        model, system == null || system.isEmpty() ? null : system, parameters, endpoint);
  }

  private static void put(
      String file, String key, @Nullable Object value, Map<String, Object> parameters)
      throws BadRequestException {
    if (!PARAMETERS.contains(key)) {
      Set<String> known = new TreeSet<>(PARAMETERS);
      known.addAll(SETTINGS);
      throw new BadRequestException(
          "invalid_options",
          "%s: unknown key '%s'%s".formatted(file, key, Suggestion.of(key, known)));
    }
    if (value == null) {
      parameters.remove(key);
    } else {
      parameters.put(key, value);
    }
  }

  private static String text(String file, String key, @Nullable Object value)
      throws BadRequestException {
    if (value instanceof String text) {
      return text;
    }
    throw new BadRequestException(
        "invalid_options", "%s: '%s' must be a text".formatted(file, key));
  }
}
