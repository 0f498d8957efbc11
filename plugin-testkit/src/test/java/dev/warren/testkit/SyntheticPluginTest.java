package dev.warren.testkit;

import dev.warren.api.Plugin;

/** The plugin contract, for a plugin built only with the synthetic kit. */
class SyntheticPluginTest extends PluginContract {
  @Override
  protected Plugin createPlugin() {
    return new SyntheticPlugin();
  }
}
