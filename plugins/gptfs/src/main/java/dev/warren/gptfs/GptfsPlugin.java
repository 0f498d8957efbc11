package dev.warren.gptfs;

import dev.warren.api.FileSystem;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.gptfs.config.Keys;
import dev.warren.gptfs.config.Settings;
import dev.warren.gptfs.config.SettingsReader;
import dev.warren.gptfs.control.Readme;
import dev.warren.gptfs.time.SystemTimers;
import dev.warren.gptfs.time.Timers;
import dev.warren.gptfs.tree.Instance;
import dev.warren.gptfs.tree.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Files that are dropped are sent to a language model; its answers appear as files. */
public final class GptfsPlugin implements Plugin {
  private final Supplier<Timers> timers;
  private final RandomGenerator random;

  /** For the host. */
  public GptfsPlugin() {
    this(() -> new SystemTimers("gptfs"), RandomGenerator.getDefault());
  }

  /**
   * With another time and another chance.
   *
   * @param timers one for each instance
   * @param random used by any thread
   */
  GptfsPlugin(Supplier<Timers> timers, RandomGenerator random) {
    this.timers = timers;
    this.random = random;
  }

  @Override
  public String name() {
    return "gptfs";
  }

  @Override
  public ConfigSpec configSpec() {
    return Keys.SPEC;
  }

  @Override
  public String readme() {
    return Readme.text();
  }

  @Override
  public List<ConfigProblem> check(Config config) {
    return SettingsReader.check(config);
  }

  @Override
  public FileSystem open(PluginContext context, Config config) throws IOException {
    Settings settings = SettingsReader.settings(config);
    Path data = settings.dataDirectory();
    AutoCloseable lock =
        data == null
            ? () -> {}
            : HostLock.take(data.resolve(Layout.PRIVATE.name()).resolve("lock"));
    try {
      FileSystem files = context.inner(settings.inner(), settings.innerConfig());
      Timers clock = timers.get();
      try {
        return Instance.open(
            files, settings, clock, random, context.metrics(), lock, context.logger());
      } catch (IOException | RuntimeException e) {
        clock.close();
        files.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      release(lock, e);
      throw e;
    }
  }

  private static void release(AutoCloseable lock, Exception cause) {
    try {
      lock.close();
    } catch (Exception e) { // AutoCloseable's; the cause is what counts
      cause.addSuppressed(e);
    }
  }
}
