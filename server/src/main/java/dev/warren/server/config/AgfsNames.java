package dev.warren.server.config;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Maps names in agfs's configuration to their equivalents here. Its section {@code plugins} has the
 * same shape, so users bring their agfs configuration along. Most of these plugins do not exist
 * here, so no plugin could provide the hints.
 */
final class AgfsNames {
  private static final String NOT_HERE = "agfs has such a plugin, and Warren has not";

  private static final Map<String, String> PLUGINS =
      Map.ofEntries(
          Map.entry("serverinfofs", "agfs's serverinfofs is sysfs here: sysfs: {path: /sys}"),
          Map.entry("hellofs", NOT_HERE + "; it only says hello, so leave it out"),
          Map.entry("devfs", NOT_HERE + "; leave it out"),
          Map.entry("queuefs", NOT_HERE),
          Map.entry("kvfs", NOT_HERE + "; files in a memfs or localfs are keys and values as well"),
          Map.entry(
              "sqlfs2", NOT_HERE + "; sqlfs keeps files in a database, but takes no statements"),
          Map.entry("streamfs", NOT_HERE),
          Map.entry("streamrotatefs", NOT_HERE),
          Map.entry("heartbeatfs", NOT_HERE),
          Map.entry("s3fs", NOT_HERE + "; 'rclone mount' and localfs serve a bucket"),
          Map.entry("vectorfs", NOT_HERE),
          Map.entry(
              "proxyfs", NOT_HERE + "; mount the other host with sshfs, and serve it by localfs"),
          Map.entry("httpfs", NOT_HERE + "; files are served by the sections sftp and ninep"),
          Map.entry("httagfs", NOT_HERE + "; files are served by the sections sftp and ninep"));

  private static final String DATABASE =
      "agfs's own; here 'database: jdbc:...' says where the files are, such as jdbc:sqlite:PATH";

  private static final String CACHE =
      "agfs's own; here 'cache' is the memory for what was read, such as 'cache: 32MiB'";

  private static final Map<String, String> KEYS =
      Map.of(
          "server.address",
          "agfs listens there; here 'listen' of the sections sftp, ninep and http says where",
          "server.max_request_body_bytes",
          "agfs takes files over HTTP; nothing here does, so leave it out",
          "external_plugins",
          "agfs's own; here 'plugin_dirs' of the section server names directories of jars",
          "sqlfs.backend",
          DATABASE,
          "sqlfs.db_path",
          DATABASE,
          "sqlfs.dsn",
          DATABASE,
          "sqlfs.cache_enabled",
          CACHE,
          "sqlfs.cache_max_size",
          CACHE,
          "sqlfs.cache_ttl_seconds",
          CACHE);

  private AgfsNames() {}

  /** Returns a hint about a plugin that does not exist: with a leading "; ", or empty. */
  static String plugin(String name, Collection<String> known) {
    String answer = PLUGINS.get(name);
    if (answer == null) {
      int end = name.indexOf('_');
      String plugin = end < 0 ? "" : name.substring(0, end);
      answer =
          known.contains(plugin) || PLUGINS.containsKey(plugin)
              ? "a further instance of %s is a further element of its list: %s: [{...}, {name: %s, path: ...}]"
                  .formatted(plugin, plugin, name)
              : null;
    }
    return answer == null ? "" : "; " + answer;
  }

  /**
   * Returns a hint about an unknown key: with a leading "; ", or empty.
   *
   * @param section a section, or a plugin with its path; null for the names of sections
   */
  static String key(@Nullable String section, String name) {
    String answer = KEYS.get(section == null ? name : section.split(" ", 2)[0] + "." + name);
    return answer == null ? "" : "; " + answer;
  }
}
