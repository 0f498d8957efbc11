package hang;

import dev.warren.api.FileSystem;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigSpec;
import java.util.concurrent.CountDownLatch;

/** A plugin that never comes back from being opened, and does not care that it is interrupted. */
public final class HangPlugin implements Plugin {
  @Override
  public String name() {
    return "hang";
  }

  @Override
  public ConfigSpec configSpec() {
    return ConfigSpec.of();
  }

  @Override
  public String readme() {
    return "Never opens, for tests.";
  }

  @Override
  public FileSystem open(PluginContext context, Config config) {
    CountDownLatch never = new CountDownLatch(1);
    while (true) {
      try {
        never.await();
      } catch (InterruptedException e) {
        // it hangs all the same
      }
    }
  }
}
