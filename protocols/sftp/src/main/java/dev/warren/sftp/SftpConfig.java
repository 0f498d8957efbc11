package dev.warren.sftp;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.ConfigType;
import dev.warren.sftp.ssh.HostKeyType;
import dev.warren.sftp.ssh.ListenAddress;
import dev.warren.sftp.ssh.ServerSettings;
import java.util.ArrayList;
import java.util.List;

/** The section {@code sftp} of the configuration, all but the users. */
final class SftpConfig {
  private static final long MEBIBYTE = 1 << 20;

  private SftpConfig() {}

  static final ConfigSpec SPEC =
      ConfigSpec.of(
          ConfigKey.of("listen", ConfigType.LIST, "addresses to listen on, as host:port")
              .withDefault(List.of("127.0.0.1:2022")),
          ConfigKey.of(
                  "host_keys",
                  ConfigType.LIST,
                  "the kinds of keys the host has: ed25519, ecdsa, rsa; made on first start")
              .withDefault(List.of(HostKeyType.ED25519.word())),
          ConfigKey.of(
              "users",
              ConfigType.LIST,
              "who may log in; without it the owner of the host with their own keys"),
          ConfigKey.of(
                  "trusted_user_ca_keys",
                  ConfigType.LIST,
                  "keys, or files of keys, whose certificates users may log in with")
              .withDefault(List.of()),
          ConfigKey.of(
                  "max_auth_tries", ConfigType.INTEGER, "log-ins that may fail on one connection")
              .withDefault(6)
              .withRange(1, 100),
          ConfigKey.of(
                  "login_grace_time", ConfigType.DURATION, "time to log in, once per connection")
              .withDefault("30s")
              .withRange(1000, 600_000),
          ConfigKey.of(
                  "max_login_delay",
                  ConfigType.DURATION,
                  "the longest delay of an answer to a failed log-in; it grows per address")
              .withDefault("10s")
              .withRange(0, 60_000),
          ConfigKey.of("max_sessions", ConfigType.INTEGER, "connections that are logged in")
              .withDefault(250)
              .withRange(1, 100_000),
          ConfigKey.of(
                  "max_sessions_per_user",
                  ConfigType.INTEGER,
                  "connections that are logged in as one user")
              .withDefault(125)
              .withRange(1, 100_000),
          ConfigKey.of(
                  "max_startups",
                  ConfigType.INTEGER,
                  "connections that have not logged in yet; who has most of them loses one first")
              .withDefault(100)
              .withRange(1, 10_000),
          ConfigKey.of("max_channels", ConfigType.INTEGER, "SFTP sessions per connection")
              .withDefault(4)
              .withRange(1, 1000),
          ConfigKey.of(
                  "max_handles", ConfigType.INTEGER, "files and directories open per SFTP session")
              .withDefault(512)
              .withRange(1, 1_000_000),
          ConfigKey.of(
                  "idle_timeout",
                  ConfigType.DURATION,
                  "ends connections that ask for nothing, whatever they say to keep-alives; 0 for"
                      + " never")
              .withDefault("0")
              .withRange(0, 30L * 24 * 3600 * 1000),
          ConfigKey.of(
                  "keep_alive",
                  ConfigType.DURATION,
                  "how often clients are asked whether they are there; gone if nothing comes 3"
                      + " times")
              .withDefault("30s")
              .withRange(0, 24L * 3600 * 1000),
          ConfigKey.of(
                  "window",
                  ConfigType.SIZE,
                  "the most data of a channel that may be under way to us; it begins with 64 KiB")
              .withDefault("2MiB")
              .withRange(2 * MEBIBYTE, 64 * MEBIBYTE),
          ConfigKey.of("packet", ConfigType.SIZE, "the longest SSH packet that clients may send")
              .withDefault("32KiB")
              .withRange(32 * 1024, 128 * 1024),
          ConfigKey.of(
                  "older_mac",
                  ConfigType.BOOLEAN,
                  "offers hmac-sha2-256 without encrypt-then-MAC, for curl with libssh2 before"
                      + " 1.11")
              .withDefault(true),
          ConfigKey.of(
                  "umask", ConfigType.STRING, "permission bits that new files do not get, in octal")
              .withDefault("022"));

  /** Reads the section; adds what is wrong to the problems, and goes on with something else. */
  static ServerSettings settings(Config config, List<ConfigProblem> problems) {
    return new ServerSettings(
        listen(config, problems),
        hostKeys(config, problems),
        (int) config.integer("max_auth_tries"),
        config.duration("login_grace_time"),
        (int) config.integer("max_sessions"),
        (int) config.integer("max_sessions_per_user"),
        (int) config.integer("max_startups"),
        (int) config.integer("max_channels"),
        config.duration("idle_timeout"),
        config.duration("keep_alive"),
        config.size("window"),
        config.size("packet"),
        (int) config.integer("max_handles"),
        config.bool("older_mac"),
        umask(config, problems));
  }

  private static List<ListenAddress> listen(Config config, List<ConfigProblem> problems) {
    List<ListenAddress> addresses = new ArrayList<>();
    List<Object> written = config.list("listen");
    for (int i = 0; i < written.size(); i++) {
      try {
        addresses.add(ListenAddress.parse(written.get(i).toString()));
      } catch (IllegalArgumentException e) {
        problems.add(problem(i, "listen", String.valueOf(e.getMessage())));
      }
    }
    if (written.isEmpty()) {
      problems.add(ConfigProblem.of("listen", "'listen' needs at least one address"));
    }
    return addresses;
  }

  private static List<HostKeyType> hostKeys(Config config, List<ConfigProblem> problems) {
    List<HostKeyType> types = new ArrayList<>();
    List<Object> written = config.list("host_keys");
    for (int i = 0; i < written.size(); i++) {
      String word = written.get(i).toString();
      List<HostKeyType> found =
          List.of(HostKeyType.values()).stream().filter(type -> type.word().equals(word)).toList();
      types.addAll(found);
      if (found.isEmpty()) {
        problems.add(
            problem(
                i,
                "host_keys",
                "'%s' must be one of %s".formatted(word, String.join(", ", HostKeyType.words()))));
      }
    }
    if (written.isEmpty()) {
      problems.add(ConfigProblem.of("host_keys", "'host_keys' needs at least one kind"));
    }
    return types;
  }

  private static int umask(Config config, List<ConfigProblem> problems) {
    String text = config.string("umask");
    if (text.matches("[0-7]{1,4}")) {
      return Integer.parseInt(text, 8);
    }
    problems.add(ConfigProblem.of("umask", "'umask' must be octal, such as 022 or 077"));
    return 0077;
  }

  private static ConfigProblem problem(int index, String key, String message) {
    return new ConfigProblem(List.of(key, Integer.toString(index)), false, message);
  }
}
