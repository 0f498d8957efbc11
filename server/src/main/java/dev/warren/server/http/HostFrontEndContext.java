package dev.warren.server.http;

import dev.warren.admin.HostControl;
import dev.warren.frontend.FrontEndContext;

/** The context of a front end that shows the host and not only its files. */
public interface HostFrontEndContext extends FrontEndContext {
  /** The host's administration. */
  HostControl host();

  /** The totals of all mounts. Cheap and non-blocking. */
  Totals totals();
}
