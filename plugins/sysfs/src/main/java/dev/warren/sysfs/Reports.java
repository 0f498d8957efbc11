package dev.warren.sysfs;

import dev.warren.admin.HostControl;
import dev.warren.api.MemoryBudget;
import dev.warren.api.MemoryBudget.Area;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.api.SharingHost;
import dev.warren.api.VfsPath;
import dev.warren.api.config.ConfigKey;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/** Formats lists as JSON, one object per line, for use with both {@code grep} and {@code jq}. */
final class Reports {
  private Reports() {}

  static String mounts(List<HostControl.Mount> mounts) {
    ArrayNode array = JsonMapper.shared().createArrayNode();
    for (HostControl.Mount mount : mounts) {
      array
          .addObject()
          .put("path", mount.path().toString())
          .put("plugin", mount.plugin())
          .put("name", mount.name())
          .put("state", mount.state())
          .put("error", mount.error())
          .put("open_files", mount.openFiles())
          .put("operations", mount.operations())
          .put("blocked_calls", mount.blockedCalls())
          .put("longest_blocked_seconds", mount.longestBlocked().toSeconds());
    }
    return lines(array);
  }

  static String sessions(List<HostControl.Session> sessions) {
    ArrayNode array = JsonMapper.shared().createArrayNode();
    for (HostControl.Session session : sessions) {
      array
          .addObject()
          .put("id", session.id())
          .put("user", session.user())
          .put("remote_address", session.remoteAddress())
          .put("protocol", session.protocol())
          .put("since", session.since().toString())
          .put("bytes_read", session.bytesRead())
          .put("bytes_written", session.bytesWritten())
          .put("open_files", session.openFiles());
    }
    return lines(array);
  }

  /** Returns one line for each mount and host that shares it. */
  static String hosts(Map<VfsPath, List<SharingHost>> hosts) {
    ArrayNode array = JsonMapper.shared().createArrayNode();
    hosts.forEach(
        (mount, all) -> {
          for (SharingHost host : all) {
            array
                .addObject()
                .put("mount", mount.toString())
                .put("name", host.name())
                .put("version", host.version())
                .put("since", host.since().toString())
                .put("last_seen", host.lastSeen().toString())
                .put("running_jobs", host.runningJobs());
          }
        });
    return lines(array);
  }

  /** Returns one line for each area, then one for each use. */
  static String memory(MemoryBudget memory) {
    ArrayNode array = JsonMapper.shared().createArrayNode();
    for (Area area : Area.values()) {
      MemoryBudget.Level level = memory.level(area);
      array
          .addObject()
          .put("area", area.name().toLowerCase(Locale.ROOT))
          .put("limit", level.limit())
          .put("charged", level.used())
          .put("strangers", level.strangers())
          .put("strangers_limit", level.strangersLimit());
    }
    for (Use use : Use.values()) {
      array
          .addObject()
          .put("use", use.name().toLowerCase(Locale.ROOT))
          .put("area", use.area().name().toLowerCase(Locale.ROOT))
          .put("used", memory.used(use))
          .put("refusals", memory.refusals(use));
    }
    return lines(array);
  }

  /**
   * Returns the keys of a plugin as comments, then the configurations of its instances, as YAML.
   */
  static String config(HostControl.PluginInfo plugin, List<HostControl.Mount> mounts) {
    StringBuilder text = new StringBuilder();
    for (ConfigKey<?> key : plugin.configSpec().keys()) {
      text.append("# ").append(key.name()).append(": ").append(key.type().description());
      if (key.required()) {
        text.append(", required");
      } else if (key.defaultValue() != null) {
        text.append(", default ").append(key.defaultValue());
      }
      text.append(". ").append(key.documentation()).append('\n');
    }
    for (HostControl.Mount mount : mounts) {
      if (mount.plugin().equals(plugin.name())) {
        text.append("- path: ").append(quoted(mount.path().toString()));
        text.append("\n  name: ").append(quoted(mount.name())).append("\n  config:");
        text.append(mount.settings().isEmpty() ? " {}\n" : "\n");
        mount
            .settings()
            .forEach(
                (key, value) ->
                    text.append("    ")
                        .append(key)
                        .append(": ")
                        .append(quoted(value))
                        .append('\n'));
      }
    }
    return text.toString();
  }

  /** Quotes a text as a JSON string, which YAML accepts. */
  private static String quoted(String text) {
    return JsonMapper.shared().writeValueAsString(text);
  }

  private static String lines(ArrayNode array) {
    StringBuilder text = new StringBuilder("[");
    array.forEach(
        object -> text.append(text.length() == 1 ? "\n" : ",\n").append(object.toString()));
    return text.append("\n]\n").toString();
  }
}
