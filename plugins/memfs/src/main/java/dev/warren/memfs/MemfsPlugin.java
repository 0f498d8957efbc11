package dev.warren.memfs;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.HostUser;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.VfsPath;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Serves {@link MemoryFileSystem}s. */
public final class MemfsPlugin implements Plugin {
  private static final ConfigKey<Long> MAX_BYTES =
      ConfigKey.size("max_bytes", "capacity for content, names and files together; more is ENOSPC")
          .withDefault("64MiB")
          .withRange(4096, Long.MAX_VALUE);
  private static final ConfigKey<List<Object>> INIT_DIRS =
      ConfigKey.list(
          "init_dirs",
          "directories to create at the start, with their parents, such as [/in, /out]");

  private static final ConfigSpec SPEC = ConfigSpec.of(MAX_BYTES, INIT_DIRS);

  /** The plugin, for {@link java.util.ServiceLoader}. */
  public MemfsPlugin() {}

  @Override
  public String name() {
    return "memfs";
  }

  @Override
  public ConfigSpec configSpec() {
    return SPEC;
  }

  @Override
  public String readme() {
    return """
    # memfs

    A complete file system in memory: hard and symbolic links, FIFOs and sockets as names,
    extended attributes, sparse files, nanosecond times. It is empty at every start.

    Owners and permissions are stored, not enforced. `max_bytes` limits the memory: 4 KiB for
    each piece of content that is not a hole, and 512 bytes for each file and its name. All of it
    also counts towards the host's memory budget: if less of that is left, the capacity is
    smaller (`df` shows it).

        plugins:
          memfs: {path: /scratch, config: {max_bytes: 256MiB, init_dirs: [/in, /out]}}
    """;
  }

  @Override
  public List<ConfigProblem> check(Config config) {
    List<ConfigProblem> problems = new ArrayList<>();
    List<Object> directories = config.get(INIT_DIRS);
    for (int i = 0; i < directories.size(); i++) {
      try {
        VfsPath.parse(String.valueOf(directories.get(i)));
      } catch (FsException e) {
        problems.add(
            new ConfigProblem(
                List.of(INIT_DIRS.name(), Integer.toString(i)),
                false,
                "must be an absolute path such as /in: " + e.getMessage()));
      }
    }
    return problems;
  }

  @Override
  public FileSystem open(PluginContext context, Config config) throws IOException {
    HostUser user = HostUser.current();
    MemoryFileSystem fileSystem =
        new MemoryFileSystem(
            config.get(MAX_BYTES),
            InstantSource.system(),
            new Owner(user.uid(), user.gid()),
            context.memory());
    for (Object directory : config.get(INIT_DIRS)) {
      createDirectories(fileSystem, VfsPath.parse(String.valueOf(directory)));
    }
    fileSystem.seeAsPristine();
    return fileSystem;
  }

  private static void createDirectories(FileSystem fileSystem, VfsPath path) throws FsException {
    for (int depth = 1; depth <= path.depth(); depth++) {
      try {
        fileSystem.mkdir(path.ancestor(depth), 0755);
      } catch (FsException e) {
        if (e.errno() != Errno.EEXIST) {
          throw e;
        }
      }
    }
  }
}
