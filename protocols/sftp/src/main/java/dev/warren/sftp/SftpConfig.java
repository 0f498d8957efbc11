package dev.warren.sftp;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.HostPort;
import dev.warren.sftp.source.AddressBlock;
import dev.warren.sftp.ssh.HostKeyType;
import dev.warren.sftp.ssh.ServerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The section {@code sftp} of the configuration, except the users. */
final class SftpConfig {
  private static final int USUAL_PORT = 2022;

  private static final long MEBIBYTE = 1 << 20;

  private SftpConfig() {}

  static final ConfigKey<List<Object>> LISTEN =
      ConfigKey.list("listen", "addresses to listen on, as host:port")
          .withDefault(List.of("127.0.0.1:2022"));
  static final ConfigKey<List<Object>> PROXIES =
      ConfigKey.list(
              "proxies",
              "addresses and CIDR blocks of the proxies in front, which must send a PROXY"
                  + " header with the client's address; no other address may")
          .withDefault(List.of());
  static final ConfigKey<List<Object>> HOST_KEYS =
      ConfigKey.list(
              "host_keys",
              "types of the host's keys: ed25519, ecdsa, rsa; created at the first start")
          .withDefault(List.of(HostKeyType.ED25519.word()));
  static final ConfigKey<List<Object>> USERS =
      ConfigKey.list(
          "users",
          "the users who may log in; without it, the owner of the host with their own keys");
  static final ConfigKey<List<Object>> TRUSTED_USER_CA_KEYS =
      ConfigKey.list(
              "trusted_user_ca_keys",
              "public keys, or files of them, of authorities whose certificates users"
                  + " may log in with")
          .withDefault(List.of());
  static final ConfigKey<Long> MAX_AUTH_TRIES =
      ConfigKey.integer("max_auth_tries", "limit of the failed log-ins on one connection")
          .withDefault(6)
          .withRange(1, 100);
  static final ConfigKey<Duration> LOGIN_GRACE_TIME =
      ConfigKey.duration("login_grace_time", "time limit for logging in, once per connection")
          .withDefault("30s")
          .withRange(1000, 600_000);
  static final ConfigKey<Duration> MAX_LOGIN_DELAY =
      ConfigKey.duration(
              "max_login_delay",
              "maximum delay of the reply to a failed log-in; the delay grows with the"
                  + " failures of an address")
          .withDefault("10s")
          .withRange(0, 60_000);
  static final ConfigKey<Long> MAX_SESSIONS =
      ConfigKey.integer("max_sessions", "limit of the connections that have logged in")
          .withDefault(250)
          .withRange(1, 100_000);
  static final ConfigKey<Long> MAX_SESSIONS_PER_USER =
      ConfigKey.integer(
              "max_sessions_per_user", "limit of the connections that have logged in as one user")
          .withDefault(125)
          .withRange(1, 100_000);
  static final ConfigKey<Long> MAX_STARTUPS =
      ConfigKey.integer(
              "max_startups",
              "limit of the connections that have not logged in; beyond it, the source"
                  + " with the most loses one")
          .withDefault(100)
          .withRange(1, 10_000);
  static final ConfigKey<Long> MAX_CHANNELS =
      ConfigKey.integer("max_channels", "limit of the SFTP sessions of one connection")
          .withDefault(4)
          .withRange(1, 1000);
  static final ConfigKey<Long> MAX_HANDLES =
      ConfigKey.integer(
              "max_handles", "limit of the open files and directories of one SFTP session")
          .withDefault(512)
          .withRange(1, 1_000_000);
  static final ConfigKey<Duration> IDLE_TIMEOUT =
      ConfigKey.duration(
              "idle_timeout",
              "ends connections without requests, even if they reply to keep-alives; 0"
                  + " for never")
          .withDefault("0")
          .withRange(0, 30L * 24 * 3600 * 1000);
  static final ConfigKey<Duration> KEEP_ALIVE =
      ConfigKey.duration(
              "keep_alive",
              "interval of keep-alives; a connection ends if nothing is received during"
                  + " 3 of them; 0 for none")
          .withDefault("30s")
          .withRange(0, 24L * 3600 * 1000);
  static final ConfigKey<Long> WINDOW =
      ConfigKey.size("window", "maximum receive window of a channel, which starts at 64 KiB")
          .withDefault("2MiB")
          .withRange(2 * MEBIBYTE, 64 * MEBIBYTE);
  static final ConfigKey<Long> PACKET =
      ConfigKey.size("packet", "maximum size of an SSH packet from a client")
          .withDefault("32KiB")
          .withRange(32 * 1024, 128 * 1024);
  static final ConfigKey<Boolean> OLDER_MAC =
      ConfigKey.bool(
              "older_mac",
              "offers hmac-sha2-256 without encrypt-then-MAC, for curl with libssh2"
                  + " before 1.11")
          .withDefault(true);
  static final ConfigKey<String> UMASK =
      ConfigKey.string("umask", "permission bits that new files do not get, in octal")
          .withDefault("022");

  static final ConfigSpec SPEC =
      ConfigSpec.of(
          LISTEN,
          PROXIES,
          HOST_KEYS,
          USERS,
          TRUSTED_USER_CA_KEYS,
          MAX_AUTH_TRIES,
          LOGIN_GRACE_TIME,
          MAX_LOGIN_DELAY,
          MAX_SESSIONS,
          MAX_SESSIONS_PER_USER,
          MAX_STARTUPS,
          MAX_CHANNELS,
          MAX_HANDLES,
          IDLE_TIMEOUT,
          KEEP_ALIVE,
          WINDOW,
          PACKET,
          OLDER_MAC,
          UMASK);

  /** Reads the section. Adds errors to the problems, and continues with other values. */
  static ServerSettings settings(Config config, List<ConfigProblem> problems) {
    return new ServerSettings(
        listen(config, problems),
        proxies(config, problems),
        hostKeys(config, problems),
        Math.toIntExact(config.get(MAX_AUTH_TRIES)),
        config.get(LOGIN_GRACE_TIME),
        Math.toIntExact(config.get(MAX_SESSIONS)),
        Math.toIntExact(config.get(MAX_SESSIONS_PER_USER)),
        Math.toIntExact(config.get(MAX_STARTUPS)),
        Math.toIntExact(config.get(MAX_CHANNELS)),
        config.get(IDLE_TIMEOUT),
        config.get(KEEP_ALIVE),
        config.get(WINDOW),
        config.get(PACKET),
        Math.toIntExact(config.get(MAX_HANDLES)),
        config.get(OLDER_MAC),
        umask(config, problems));
  }

  private static List<HostPort> listen(Config config, List<ConfigProblem> problems) {
    List<HostPort> addresses = new ArrayList<>();
    List<Object> written = config.get(LISTEN);
    for (int i = 0; i < written.size(); i++) {
      try {
        addresses.add(HostPort.parse(written.get(i).toString(), USUAL_PORT));
      } catch (IllegalArgumentException e) {
        problems.add(problem(i, LISTEN, String.valueOf(e.getMessage())));
      }
    }
    if (written.isEmpty()) {
      problems.add(ConfigProblem.of(LISTEN, "'listen' needs at least one address"));
    }
    return addresses;
  }

  private static List<AddressBlock> proxies(Config config, List<ConfigProblem> problems) {
    List<AddressBlock> blocks = new ArrayList<>();
    List<Object> written = config.get(PROXIES);
    for (int i = 0; i < written.size(); i++) {
      try {
        blocks.add(AddressBlock.parse(written.get(i).toString()));
      } catch (IllegalArgumentException e) {
        problems.add(problem(i, PROXIES, String.valueOf(e.getMessage())));
      }
    }
    return blocks;
  }

  private static List<HostKeyType> hostKeys(Config config, List<ConfigProblem> problems) {
    List<HostKeyType> types = new ArrayList<>();
    List<Object> written = config.get(HOST_KEYS);
    for (int i = 0; i < written.size(); i++) {
      String word = written.get(i).toString();
      List<HostKeyType> found =
          List.of(HostKeyType.values()).stream().filter(type -> type.word().equals(word)).toList();
      types.addAll(found);
      if (found.isEmpty()) {
        problems.add(
            problem(
                i,
                HOST_KEYS,
                "'%s' must be one of %s".formatted(word, String.join(", ", HostKeyType.words()))));
      }
    }
    if (written.isEmpty()) {
      problems.add(ConfigProblem.of(HOST_KEYS, "'host_keys' needs at least one kind"));
    }
    return types;
  }

  private static int umask(Config config, List<ConfigProblem> problems) {
    String text = config.get(UMASK);
    if (text.matches("[0-7]{1,4}")) {
      return Integer.parseInt(text, 8);
    }
    problems.add(ConfigProblem.of(UMASK, "'umask' must be octal, such as 022 or 077"));
    return 0077;
  }

  private static ConfigProblem problem(int index, ConfigKey<?> key, String message) {
    return new ConfigProblem(List.of(key.name(), Integer.toString(index)), false, message);
  }
}
