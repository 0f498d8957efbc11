package dev.warren.server.http;

import dev.warren.admin.HostControl;
import java.util.List;

/** {@code /readyz}: one line for each mount; 503 if a mount is not up. */
final class Readiness {
  private Readiness() {}

  static Response of(List<HostControl.Mount> mounts) {
    StringBuilder lines = new StringBuilder();
    boolean ready = true;
    for (HostControl.Mount mount : mounts) {
      boolean up = mount.state().equals("up");
      ready &= up;
      lines.append(up ? "ok   " : "FAIL ").append(mount.path()).append(' ').append(mount.plugin());
      lines.append(' ').append(mount.state());
      if (mount.error() != null) {
        lines.append(": ").append(mount.error().replaceAll("\\R", " "));
      }
      lines.append('\n');
    }
    return Response.text(ready ? 200 : 503, lines.toString());
  }
}
