package dev.warren.server.host;

import dev.warren.api.DescriptorBudget;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.SharingHost;
import dev.warren.api.VfsPath;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigSpec;
import dev.warren.memfs.MemfsPlugin;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** memfs under another name, which records what was opened and closed. */
final class RecordingPlugin implements Plugin {
  private static final ConfigKey<String> TEXT =
      ConfigKey.string("text", "makes instances differ").withDefault("");
  private static final ConfigKey<String> FAIL = ConfigKey.string("fail", "why it cannot be opened");

  final List<String> events = new CopyOnWriteArrayList<>();
  volatile Runnable whileOpening = () -> {};
  volatile Runnable whileMaking = () -> {};
  volatile Sharing sharing = List::of;

  /** The host's budget, once an instance was opened. */
  volatile DescriptorBudget descriptors = DescriptorBudget.unlimited();

  private final MemfsPlugin memfs = new MemfsPlugin();

  /** Names the hosts that share an instance. */
  interface Sharing {
    List<SharingHost> call() throws FsException;
  }

  @Override
  public String name() {
    return "recording";
  }

  @Override
  public ConfigSpec configSpec() {
    return ConfigSpec.of(TEXT, FAIL);
  }

  @Override
  public String readme() {
    return "# recording\n";
  }

  @Override
  public FileSystem open(PluginContext context, Config config) throws IOException {
    descriptors = context.descriptors();
    whileOpening.run();
    String label = context.mountPath() + config.get(TEXT);
    if (config.has(FAIL)) {
      events.add("fail " + label);
      throw new IOException(config.get(FAIL));
    }
    FileSystem opened = memfs.open(context, memfs.configSpec().parse(Map.of()).orThrow());
    events.add("open " + label);
    return new ForwardingFileSystem(opened) {
      @Override
      public void mkdir(VfsPath path, int permissions) throws FsException {
        whileMaking.run();
        super.mkdir(path, permissions);
      }

      @Override
      public List<SharingHost> hosts() throws FsException {
        return sharing.call();
      }

      @Override
      public void close() throws FsException {
        events.add("close " + label);
        super.close();
      }
    };
  }
}
