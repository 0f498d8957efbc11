package dev.warren.server.http;

import dev.warren.admin.HostControl;
import dev.warren.api.VfsPath;
import dev.warren.server.json.Json;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import tools.jackson.core.JsonGenerator;

/** The data of the status page, as JSON. */
final class StatusDocument {
  private StatusDocument() {}

  static String of(HostControl host, List<Throughput.Rate> rates, JobReports reports) {
    List<HostControl.Mount> mounts = host.mounts();
    return Json.object(
        json -> {
          json.writeStringProperty("version", host.version())
              .writeNumberProperty("uptime_seconds", host.uptime().toSeconds());
          array(json, "mounts", mounts, StatusDocument::mount);
          array(json, "sessions", host.sessions(), StatusDocument::session);
          array(json, "jobs", reports.of(host.plugins(), mounts).entrySet(), StatusDocument::jobs);
          json.writeNumberProperty("interval_seconds", Throughput.INTERVAL.toSeconds());
          array(json, "throughput", rates, StatusDocument::rate);
        });
  }

  private static <T> void array(
      JsonGenerator json,
      String name,
      Collection<T> elements,
      BiConsumer<JsonGenerator, T> members) {
    json.writeArrayPropertyStart(name);
    for (T element : elements) {
      json.writeStartObject();
      members.accept(json, element);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void jobs(JsonGenerator json, Map.Entry<VfsPath, String> reports) {
    json.writeStringProperty("path", reports.getKey().toString())
        .writeStringProperty("stats", reports.getValue()); // JSON as text
  }

  private static void mount(JsonGenerator json, HostControl.Mount mount) {
    json.writeStringProperty("path", mount.path().toString())
        .writeStringProperty("plugin", mount.plugin())
        .writeStringProperty("name", mount.name())
        .writeStringProperty("state", mount.state())
        .writeStringProperty("error", mount.error())
        .writeNumberProperty("open_files", mount.openFiles())
        .writeNumberProperty("operations", mount.operations());
  }

  private static void session(JsonGenerator json, HostControl.Session session) {
    json.writeStringProperty("id", session.id())
        .writeStringProperty("user", session.user())
        .writeStringProperty("remote_address", session.remoteAddress())
        .writeStringProperty("protocol", session.protocol())
        .writeStringProperty("since", session.since().toString())
        .writeNumberProperty("bytes_read", session.bytesRead())
        .writeNumberProperty("bytes_written", session.bytesWritten())
        .writeNumberProperty("open_files", session.openFiles());
  }

  private static void rate(JsonGenerator json, Throughput.Rate rate) {
    json.writeStringProperty("at", rate.at().toString())
        .writeNumberProperty("operations", Json.rounded(rate.operations()))
        .writeNumberProperty("bytes_read", Json.rounded(rate.bytesRead()))
        .writeNumberProperty("bytes_written", Json.rounded(rate.bytesWritten()));
  }
}
