package dev.warren.ninep;

import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.ninep.auth.Access;
import dev.warren.ninep.codec.Wire;
import dev.warren.ninep.server.ListenAddress;
import dev.warren.ninep.server.Listener;
import dev.warren.ninep.server.ServerOptions;
import dev.warren.ninep.session.SessionLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The {@code ninep} section of the configuration. */
final class NinepConfig {
  private static final ConfigKey<List<Object>> LISTEN =
      ConfigKey.list(
              "listen",
              "Addresses: HOST:PORT, unix:PATH, or maps {address, root, read_only,"
                  + " allow_remote, trust}.")
          .withDefault(List.of("127.0.0.1:5640"));
  private static final ConfigKey<Boolean> ALLOW_REMOTE =
      ConfigKey.bool(
              "allow_remote",
              "Allow addresses that other machines can reach. 9P has neither passwords"
                  + " nor encryption: anyone who can reach the port can use the files.")
          .withDefault(false);
  private static final ConfigKey<Long> MSIZE =
      ConfigKey.size("msize", "Maximum size of a message; clients may negotiate a smaller one.")
          .withDefault("1MiB")
          .withRange(Wire.LEAST_MSIZE, Wire.GREATEST_MSIZE);
  private static final ConfigKey<Long> MAX_CONNECTIONS =
      ConfigKey.integer(
              "max_connections",
              "Limit of the connections that have attached; a quarter of it is reserved"
                  + " for trusted clients.")
          .withDefault(1024)
          .withRange(1, 1_000_000);
  private static final ConfigKey<Long> MAX_UNATTACHED =
      ConfigKey.integer(
              "max_unattached",
              "Limit of the connections that have not attached: as many over TCP as over"
                  + " Unix sockets. Beyond it, the source with the most loses one.")
          .withDefault(256)
          .withRange(1, 1_000_000);
  private static final ConfigKey<Long> MAX_FIDS =
      ConfigKey.integer(
              "max_fids",
              "Limit of the fids of one connection, then EMFILE; also EMFILE if the"
                  + " memory budget is exhausted.")
          .withDefault(1_048_576)
          .withRange(16, 16_777_216);
  private static final ConfigKey<Long> MAX_REQUESTS =
      ConfigKey.integer(
              "max_requests",
              "Limit of the in-flight requests of one connection, beyond which its"
                  + " socket is not read.")
          .withDefault(512)
          .withRange(1, 65_535);
  private static final ConfigKey<Long> MAX_BYTES_IN_FLIGHT =
      ConfigKey.size(
              "max_bytes_in_flight",
              "Limit of the bytes of one connection's in-flight requests, and of its"
                  + " replies, beyond which its socket is not read.")
          .withDefault("8MiB")
          .withRange(64 << 10, 1 << 30);
  private static final ConfigKey<Long> MAX_XATTR_BYTES =
      ConfigKey.size(
              "max_xattr_bytes",
              "Limit of the bytes of extended attributes that one connection has open,"
                  + " then ENOMEM.")
          .withDefault("8MiB")
          .withRange(64 << 10, 1 << 30);
  private static final ConfigKey<Duration> HANDSHAKE_TIMEOUT =
      ConfigKey.duration(
              "handshake_timeout",
              "How long a client may take to attach. After that it may be idle for ever.")
          .withDefault("30s")
          .withRange(100, 3_600_000);

  private static final List<String> LISTENER_KEYS =
      List.of("address", "root", "read_only", ALLOW_REMOTE.name(), "trust");

  static final ConfigSpec SPEC =
      ConfigSpec.of(
          LISTEN,
          ALLOW_REMOTE,
          MSIZE,
          MAX_CONNECTIONS,
          MAX_UNATTACHED,
          MAX_FIDS,
          MAX_REQUESTS,
          MAX_BYTES_IN_FLIGHT,
          MAX_XATTR_BYTES,
          HANDSHAKE_TIMEOUT);

  private NinepConfig() {}

  /**
   * Reads the section.
   *
   * @param problems receives the errors in it
   */
  static ServerOptions read(Config config, List<ConfigProblem> problems) {
    List<Listener> listeners = new ArrayList<>();
    List<Object> written = config.get(LISTEN);
    for (int i = 0; i < written.size(); i++) {
      Problems at = new Problems(List.of(LISTEN.name(), Integer.toString(i)), problems);
      Listener listener = listener(written.get(i), config.get(ALLOW_REMOTE), at);
      if (listener != null) {
        listeners.add(listener);
      }
    }
    if (written.isEmpty()) {
      problems.add(ConfigProblem.of(LISTEN, "'listen' must name at least one address"));
    }
    return new ServerOptions(
        listeners,
        new SessionLimits(
            Math.toIntExact(config.get(MSIZE)),
            Math.toIntExact(config.get(MAX_FIDS)),
            config.get(MAX_XATTR_BYTES)),
        Math.toIntExact(config.get(MAX_REQUESTS)),
        config.get(MAX_BYTES_IN_FLIGHT),
        Math.toIntExact(config.get(MAX_CONNECTIONS)),
        Math.toIntExact(config.get(MAX_UNATTACHED)),
        config.get(HANDSHAKE_TIMEOUT));
  }

  private static @Nullable Listener listener(Object written, boolean allRemote, Problems at) {
    Map<?, ?> map = written instanceof Map<?, ?> m ? m : Map.of("address", written);
    for (Object key : map.keySet()) {
      if (!LISTENER_KEYS.contains(key)) {
        at.add(
            key.toString(),
            true,
            "unknown key '%s'; known are %s".formatted(key, String.join(", ", LISTENER_KEYS)));
      }
    }
    Boolean remote = truth(map, ALLOW_REMOTE.name(), at);
    ListenAddress address = address(map.get("address"), remote == null ? allRemote : remote, at);
    VfsPath root = root(map.get("root"), at);
    boolean readOnly = Boolean.TRUE.equals(truth(map, "read_only", at));
    boolean trust = Boolean.TRUE.equals(truth(map, "trust", at));
    if (address == null || root == null) {
      return null;
    }
    // The section's allow_remote only applies to addresses that need it: a loopback address stays
    // the owner's.
    boolean anyone = remote == null ? allRemote && address.isWide() : remote;
    return new Listener(address, root, readOnly, new Access(anyone, trust));
  }

  private static @Nullable Boolean truth(Map<?, ?> map, String key, Problems at) {
    Object written = map.get(key);
    if (written == null || written instanceof Boolean) {
      return (Boolean) written;
    }
    at.add(key, false, "'%s' must be true or false, not '%s'".formatted(key, written));
    return null;
  }

  private static @Nullable ListenAddress address(
      @Nullable Object written, boolean allowRemote, Problems at) {
    if (written == null) {
      at.add("address", false, "an address is missing: write HOST:PORT or unix:PATH");
      return null;
    }
    String text = written.toString();
    try {
      ListenAddress address = ListenAddress.parse(text);
      if (address.isWide() && !allowRemote) {
        at.add(
            "address",
            false,
            "'%s' can be reached from other machines, and 9P has neither passwords nor encryption:"
                    .formatted(text)
                + " whoever reaches the port has the files. Listen on 127.0.0.1 or a Unix socket"
                + " and forward it (ssh -L), or write 'allow_remote: true' if this is meant");
        return null;
      }
      return address;
    } catch (IllegalArgumentException e) {
      at.add("address", false, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private static @Nullable VfsPath root(@Nullable Object written, Problems at) {
    try {
      return written == null ? VfsPath.ROOT : VfsPath.parse(written.toString());
    } catch (FsException e) {
      at.add("root", false, "'root' must be an absolute path of the namespace: " + e.getMessage());
      return null;
    }
  }

  /** Problems of one element of the list. An element that is not a map has no keys to name. */
  private record Problems(List<String> path, List<ConfigProblem> all) {
    void add(String key, boolean onKey, String message) {
      List<String> full = new ArrayList<>(path);
      if (!key.equals("address")) {
        full.add(key);
      }
      all.add(new ConfigProblem(full, onKey, message));
    }
  }
}
