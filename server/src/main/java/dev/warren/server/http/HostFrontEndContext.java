package dev.warren.server.http;

import dev.warren.admin.HostControl;
import dev.warren.frontend.FrontEndContext;

/** What front ends get that show the host and not only its files. */
public interface HostFrontEndContext extends FrontEndContext {
  /** The host. */
  HostControl host();

  /** What all mounts were asked for. Cheap, and never waits. */
  Totals totals();
}
