package dev.warren.sysfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warren.admin.HostControl;
import dev.warren.admin.LogTail;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.SharingHost;
import dev.warren.api.VfsPath;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigSpec;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A host with one failed mount at {@code /broken}, one session and one plugin, that executes
 * commands.
 */
final class TestHost implements HostControl {
  final List<String> commands = new ArrayList<>();
  final Log log = new Log();
  final Map<VfsPath, List<SharingHost>> sharing = new LinkedHashMap<>();
  final MemoryBudget memory = new MemoryBudget(1 << 20, 1 << 20);

  static VfsPath path(String path) {
    try {
      return VfsPath.parse(path);
    } catch (FsException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public String version() {
    return "1.2.3";
  }

  @Override
  public Duration uptime() {
    return Duration.ofSeconds(4711);
  }

  @Override
  public List<Mount> mounts() {
    VfsPath path = path("/broken");
    return List.of(
        new Mount(
            path,
            "localfs",
            "broken",
            Map.of("local_dir", "/no/such"),
            "failed",
            "no such \"directory\"",
            0,
            3,
            2,
            Duration.ofSeconds(75)),
        new Mount(
            path,
            "memfs",
            "memfs",
            Map.of("max_bytes", "1024"),
            "up",
            null,
            2,
            9,
            0,
            Duration.ZERO));
  }

  @Override
  public List<PluginInfo> plugins() {
    ConfigSpec spec = ConfigSpec.of(ConfigKey.size("max_bytes", "How much.").withDefault("64MiB"));
    return List.of(new PluginInfo("memfs", "# memfs\n", spec, "plugins/memfs", Optional.empty()));
  }

  @Override
  public List<Session> sessions() {
    return List.of(new Session("sftp-1", "alice", "10.0.0.1:5", "sftp", Instant.EPOCH, 5, 7, 1));
  }

  @Override
  public Map<VfsPath, List<SharingHost>> hosts() {
    return sharing;
  }

  @Override
  public MemoryBudget memory() {
    return memory;
  }

  @Override
  public String metrics() {
    return "a_metric 1\n";
  }

  @Override
  public LogTail log() {
    return log;
  }

  @Override
  public void mount(String plugin, VfsPath path, Map<String, String> config) throws FsException {
    if (!plugin.equals("memfs")) {
      throw new FsException(Errno.ENODEV, "no plugin " + plugin);
    }
    commands.add("mount " + plugin + " " + path + " " + config);
  }

  @Override
  public void unmount(VfsPath path) throws FsException {
    if (path.name().equals("nowhere")) {
      throw new FsException(Errno.EINVAL, "nothing is mounted at " + path);
    }
    commands.add("unmount " + path);
  }

  @Override
  public void reload(boolean force) {
    commands.add(force ? "reload by force" : "reload");
  }

  @Override
  public void disconnect(String sessionId) throws FsException {
    if (sessionId.equals("nobody")) {
      throw new FsException(Errno.ESRCH, "no session " + sessionId);
    }
    commands.add("disconnect " + sessionId);
  }

  @Override
  public void setLogLevel(String level) {
    commands.add("log " + level);
  }

  /** A log that discards its oldest part when the test says so. */
  static final class Log implements LogTail {
    private final StringBuilder text = new StringBuilder();
    private int start;

    void append(String lines) {
      text.append(lines);
    }

    void forgetBefore(int position) {
      start = position;
    }

    @Override
    public long start() {
      return start;
    }

    @Override
    public long end() {
      return text.length();
    }

    @Override
    public Instant modified() {
      return Instant.ofEpochSecond(text.length());
    }

    @Override
    public int read(long position, ByteBuffer target) {
      byte[] rest = text.substring((int) Math.max(start, position)).getBytes(UTF_8);
      int count = Math.min(rest.length, target.remaining());
      target.put(rest, 0, count);
      return count;
    }
  }
}
