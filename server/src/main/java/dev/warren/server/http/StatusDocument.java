package dev.warren.server.http;

import dev.warren.admin.HostControl;
import dev.warren.server.json.JsonWriter;
import java.util.List;

/** The data of the status page, as JSON. */
final class StatusDocument {
  private StatusDocument() {}

  static String of(HostControl host, List<Throughput.Rate> rates, Jobs jobs) {
    List<HostControl.Mount> mounts = host.mounts();
    JsonWriter json = new JsonWriter().object();
    json.put("version", host.version()).put("uptime_seconds", host.uptime().toSeconds());
    json.array("mounts");
    mounts.forEach(mount -> mount(json, mount));
    json.endArray().array("sessions");
    host.sessions().forEach(session -> session(json, session));
    json.endArray().array("jobs");
    jobs.of(host.plugins(), mounts)
        .forEach(
            (path, stats) ->
                json.object()
                    .put("path", path.toString())
                    .put("stats", stats) // JSON as text
                    .endObject());
    json.endArray().put("interval_seconds", Throughput.INTERVAL.toSeconds()).array("throughput");
    rates.forEach(rate -> rate(json, rate));
    return json.endArray().endObject().toString();
  }

  private static void mount(JsonWriter json, HostControl.Mount mount) {
    json.object()
        .put("path", mount.path().toString())
        .put("plugin", mount.plugin())
        .put("name", mount.name())
        .put("state", mount.state())
        .put("error", mount.error())
        .put("open_files", mount.openFiles())
        .put("operations", mount.operations())
        .endObject();
  }

  private static void session(JsonWriter json, HostControl.Session session) {
    json.object()
        .put("id", session.id())
        .put("user", session.user())
        .put("remote_address", session.remoteAddress())
        .put("protocol", session.protocol())
        .put("since", session.since().toString())
        .put("bytes_read", session.bytesRead())
        .put("bytes_written", session.bytesWritten())
        .put("open_files", session.openFiles())
        .endObject();
  }

  private static void rate(JsonWriter json, Throughput.Rate rate) {
    json.object()
        .put("at", rate.at().toString())
        .put("operations", rate.operations())
        .put("bytes_read", rate.bytesRead())
        .put("bytes_written", rate.bytesWritten())
        .endObject();
  }
}
