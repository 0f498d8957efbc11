package dev.warren.sftp;

import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.ConfigType;
import dev.warren.api.config.Secret;
import dev.warren.frontend.AccessRules;
import dev.warren.frontend.PathPattern;
import dev.warren.sftp.auth.AuthorizedKey;
import dev.warren.sftp.auth.AuthorizedKeys;
import dev.warren.sftp.auth.KeyFile;
import dev.warren.sftp.auth.KeySource;
import dev.warren.sftp.auth.PasswordHash;
import dev.warren.sftp.auth.UserAccount;
import dev.warren.sftp.session.SystemNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The list {@code users} of the section {@code sftp}. */
final class UsersConfig {
  private static final ConfigKey<String> NAME =
      ConfigKey.string("name", "the name to log in with").asRequired();
  private static final ConfigKey<List<Object>> AUTHORIZED_KEYS =
      ConfigKey.list("authorized_keys", "public keys with their options, or files of them")
          .withDefault(List.of());
  private static final ConfigKey<Secret> PASSWORD =
      ConfigKey.secret("password", "the bcrypt or argon2 hash of the user's password");
  private static final ConfigKey<String> ROOT =
      ConfigKey.string("root", "the directory that the user sees as /").withDefault("/");
  private static final ConfigKey<Boolean> READ_ONLY =
      ConfigKey.bool("read_only", "whether the user may only read").withDefault(false);
  private static final ConfigKey<List<Object>> MOUNTS =
      ConfigKey.list(
          "mounts",
          "what the user may see: paths with wildcards, each {path, access: read or write}");

  private static final ConfigSpec USER =
      ConfigSpec.of(NAME, AUTHORIZED_KEYS, PASSWORD, ROOT, READ_ONLY, MOUNTS);

  private static final ConfigKey<String> PATH =
      ConfigKey.string("path", "a path of the namespace, with * and ?").asRequired();
  private static final ConfigKey<String> ACCESS =
      ConfigKey.choice("access", List.of("read", "write", "none"), "what is allowed there")
          .withDefault("read");

  private static final ConfigSpec MOUNT = ConfigSpec.of(PATH, ACCESS);

  private final List<ConfigProblem> problems;

  private UsersConfig(List<ConfigProblem> problems) {
    this.problems = problems;
  }

  /** Whether users are configured; otherwise only the owner may log in. */
  static boolean has(Config config) {
    return config.has(SftpConfig.USERS);
  }

  /** Reads the users. Adds errors to the problems, and skips unusable entries. */
  static List<UserAccount> users(Config config, List<ConfigProblem> problems) {
    if (!has(config)) {
      return List.of();
    }
    UsersConfig reader = new UsersConfig(problems);
    List<UserAccount> users = new ArrayList<>();
    Set<String> names = new HashSet<>();
    List<Object> written = config.get(SftpConfig.USERS);
    for (int i = 0; i < written.size(); i++) {
      List<String> path = List.of(SftpConfig.USERS.name(), Integer.toString(i));
      Config user = reader.section(USER, written.get(i), path);
      if (user != null) {
        UserAccount account = reader.account(user, path);
        if (!canLogIn(user, config)) {
          reader.problem(
              path,
              NAME,
              "'%s' has neither authorized_keys nor a password, and so could never log in; add one, or remove the user"
                  .formatted(account.name()));
        }
        if (!names.add(account.name())) {
          reader.problem(path, NAME, "there are two users called '" + account.name() + "'");
        } else {
          users.add(account);
        }
      }
    }
    return users;
  }

  /** Reads the certificate authorities. */
  static KeySource authorities(Config config, List<ConfigProblem> problems) {
    List<KeySource> sources =
        new UsersConfig(problems)
            .keys(
                config.get(SftpConfig.TRUSTED_USER_CA_KEYS),
                List.of(SftpConfig.TRUSTED_USER_CA_KEYS.name()),
                Set.of());
    return () -> sources.stream().flatMap(source -> source.keys().stream()).toList();
  }

  /** Whether the user has a way to log in. With a certificate, no other key is needed. */
  private static boolean canLogIn(Config user, Config config) {
    return !user.get(AUTHORIZED_KEYS).isEmpty()
        || user.find(PASSWORD).isPresent()
        || !config.get(SftpConfig.TRUSTED_USER_CA_KEYS).isEmpty();
  }

  private @Nullable Config section(ConfigSpec spec, Object raw, List<String> path) {
    if (!(raw instanceof Map<?, ?> map)) {
      problems.add(
          new ConfigProblem(
              path, false, "must be a map with " + spec.keys().getFirst().name() + " and so on"));
      return null;
    }
    Map<String, Object> entries = new LinkedHashMap<>();
    map.forEach((key, value) -> entries.put(String.valueOf(key), asList(spec, key, value)));
    ConfigSpec.Result result = spec.parse(entries);
    for (ConfigProblem problem : result.problems()) {
      problems.add(
          new ConfigProblem(join(path, problem.path()), problem.onKey(), problem.message()));
    }
    return result.config();
  }

  /** Accepts a single key or file without a list. */
  private static Object asList(ConfigSpec spec, Object key, @Nullable Object value) {
    boolean list =
        spec.find(String.valueOf(key)).filter(k -> k.type() == ConfigType.LIST).isPresent();
    return list && value instanceof String text ? List.of(text) : value == null ? "" : value;
  }

  private UserAccount account(Config user, List<String> path) {
    String name = user.get(NAME);
    if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}")) {
      problem(path, NAME, "a name is 1 to 64 letters, digits and _ . @ -");
    }
    List<KeySource> keys =
        keys(
            user.get(AUTHORIZED_KEYS),
            join(path, List.of(AUTHORIZED_KEYS.name())),
            owners(SystemNames.load().identity(name)));
    PasswordHash password = user.find(PASSWORD).map(s -> hash(s.reveal(), path)).orElse(null);
    return new UserAccount(
        name, keys, password, root(user, path), user.get(READ_ONLY), rules(user, path));
  }

  private @Nullable PasswordHash hash(String text, List<String> path) {
    try {
      return PasswordHash.parse(text);
    } catch (IllegalArgumentException e) {
      problem(path, PASSWORD, e.getMessage());
      return null;
    }
  }

  private VfsPath root(Config user, List<String> path) {
    try {
      return VfsPath.parse(user.get(ROOT));
    } catch (FsException e) {
      problem(path, ROOT, e.getMessage());
      return VfsPath.ROOT;
    }
  }

  private @Nullable AccessRules rules(Config user, List<String> path) {
    if (!user.has(MOUNTS)) {
      return null;
    }
    List<AccessRules.Rule> rules = new ArrayList<>();
    List<Object> written = user.get(MOUNTS);
    for (int i = 0; i < written.size(); i++) {
      List<String> here = join(path, List.of(MOUNTS.name(), Integer.toString(i)));
      Object raw =
          written.get(i) instanceof String text ? Map.of(PATH.name(), text) : written.get(i);
      Config mount = section(MOUNT, raw, here);
      if (mount != null) {
        try {
          rules.add(
              new AccessRules.Rule(
                  PathPattern.parse(mount.get(PATH)),
                  AccessRules.Access.valueOf(mount.get(ACCESS).toUpperCase(Locale.ROOT))));
        } catch (FsException e) {
          problem(here, PATH, e.getMessage());
        }
      }
    }
    return new AccessRules(rules);
  }

  /** The owners that key files may have: for a user of this system, that user. */
  private static Set<Integer> owners(SystemNames.@Nullable Identity identity) {
    return identity == null ? Set.of() : Set.of(identity.uid());
  }

  private List<KeySource> keys(List<Object> written, List<String> path, Set<Integer> owners) {
    List<KeySource> sources = new ArrayList<>();
    for (int i = 0; i < written.size(); i++) {
      String text = written.get(i).toString().strip();
      if (text.startsWith("/") || text.startsWith("./") || text.startsWith("~/")) {
        sources.add(new KeyFile(file(text), owners));
      } else {
        try {
          List<AuthorizedKey> key = List.of(AuthorizedKeys.parseLine(text));
          sources.add(() -> key);
        } catch (IllegalArgumentException e) {
          problem(
              path,
              Integer.toString(i),
              e.getMessage() + "; a file's path begins with /, ./ or ~/");
        }
      }
    }
    return sources;
  }

  private static Path file(String text) {
    return text.startsWith("~/")
        ? Path.of(System.getProperty("user.home"), text.substring(2))
        : Path.of(text);
  }

  private void problem(List<String> path, ConfigKey<?> key, @Nullable String message) {
    problem(path, key.name(), message);
  }

  private void problem(List<String> path, String key, @Nullable String message) {
    problems.add(new ConfigProblem(join(path, List.of(key)), false, String.valueOf(message)));
  }

  private static List<String> join(List<String> path, List<String> more) {
    List<String> joined = new ArrayList<>(path);
    joined.addAll(more);
    return joined;
  }
}
