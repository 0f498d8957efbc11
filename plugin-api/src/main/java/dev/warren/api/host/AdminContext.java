package dev.warren.api.host;

import dev.warren.api.PluginContext;

/** What an instance gets that the host trusts with its administration. */
public interface AdminContext extends PluginContext {
  /** The host itself. */
  HostControl host();
}
