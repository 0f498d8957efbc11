package hang;

import dev.warren.api.FileSystem;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigSpec;
import java.util.concurrent.CountDownLatch;

/** A plugin whose open call never returns, and ignores interrupts. */
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
    return "For tests: opening it never ends.";
  }

  @Override
  public FileSystem open(PluginContext context, Config config) {
    CountDownLatch never = new CountDownLatch(1);
    while (true) {
      try {
        never.await();
      } catch (InterruptedException e) {
        // continues to hang
      }
    }
  }
}
