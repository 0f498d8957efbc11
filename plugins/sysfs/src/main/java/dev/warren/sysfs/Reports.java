package dev.warren.sysfs;

import dev.warren.api.host.HostControl;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/** Lists as JSON, one object a line, so that {@code grep} and {@code jq} both serve. */
final class Reports {
  private Reports() {}

  static String mounts(List<HostControl.Mount> mounts) {
    ArrayNode array = JsonMapper.shared().createArrayNode();
    for (HostControl.Mount mount : mounts) {
      array
          .addObject()
          .put("path", mount.path().toString())
          .put("plugin", mount.plugin())
          .put("state", mount.state())
          .put("error", mount.error())
          .put("open_files", mount.openFiles())
          .put("operations", mount.operations());
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

  private static String lines(ArrayNode array) {
    StringBuilder text = new StringBuilder("[");
    array.forEach(
        object -> text.append(text.length() == 1 ? "\n" : ",\n").append(object.toString()));
    return text.append("\n]\n").toString();
  }
}
