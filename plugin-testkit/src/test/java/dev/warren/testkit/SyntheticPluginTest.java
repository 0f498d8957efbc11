package dev.warren.testkit;

import dev.warren.api.Plugin;

/** What every plugin must do, done by one that is made of the synthetic kit alone. */
class SyntheticPluginTest extends PluginContract {
  @Override
  protected Plugin createPlugin() {
    return new SyntheticPlugin();
  }
}
