package dev.warren.localfs;

import dev.warren.api.FileSystem;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.Reason;
import dev.warren.api.UsedDirectory;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.localfs.common.KernelTrees;
import dev.warren.localfs.linux.LinuxLocalfs;
import dev.warren.localfs.portable.PortableLocalfs;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Serves a directory of the host. */
public final class LocalfsPlugin implements Plugin {
  static final ConfigKey<String> LOCAL_DIR =
      ConfigKey.string(
              "local_dir",
              "the directory; a relative path starts in the directory where the host was started")
          .asRequired();
  static final ConfigKey<Boolean> CREATE =
      ConfigKey.bool("create", "create the directory if it is missing").withDefault(false);
  static final ConfigKey<Boolean> READ_ONLY =
      ConfigKey.bool("read_only", "refuse all changes").withDefault(false);
  static final ConfigKey<Boolean> PORTABLE =
      ConfigKey.bool("portable", "use Java's own file access even on Linux, with its limits")
          .withDefault(false);
  static final ConfigKey<String> IDENTITY =
      ConfigKey.choice(
              "identity",
              List.of("host", "caller", "client"),
              "the rights that operations have: the host's own, the caller's, or those that a"
                  + " trusted client has checked; the latter two require a host that runs as root")
          .withDefault("host");

  static final ConfigKey<Boolean> DEVICES =
      ConfigKey.bool(
              "devices",
              "let callers of trusted peers create device nodes; requires a host that runs as root")
          .withDefault(false);

  private static final ConfigSpec SPEC =
      ConfigSpec.of(LOCAL_DIR, CREATE, READ_ONLY, PORTABLE, IDENTITY, DEVICES);

  private static final String README =
      """
      # localfs

      A directory of the host. On Linux it uses system calls directly: real error
      numbers and inode numbers, nanosecond times, hard and symbolic links, FIFOs and sockets as
      names, extended attributes, copies inside the kernel.

          plugins:
            localfs: {path: /local, config: {local_dir: ./data}}

      `create: true` creates a missing directory; `read_only: true` refuses every change (EROFS).

      **Confinement.** The kernel resolves every path below the directory's descriptor, by
      `openat2(RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS)`. No symbolic link is
      followed, wherever it leads; clients read links and follow them themselves, inside the tree
      that they see. Two things do lead to files elsewhere, because the host's owner put them there:
      a *mount point* below the directory is entered (its files get separate file ids, and names
      cannot be moved or linked across it), and a *hard link* is the file that it names. Only regular
      files and directories are opened, never a device, FIFO or socket. Devices are not created,
      except with `devices: true` by callers of trusted peers (mknod(2)), on a host that runs as root.
      File systems that represent the kernel or its processes (proc, sysfs, cgroup, debugfs,
      tracefs, securityfs, bpf, configfs, devpts and similar ones) are not served, neither as the
      directory nor mounted below it (EACCES): `/proc/PID/environ` of the host contains its secrets.
      If `openat2` is missing (before Linux 5.8, or because of a container's seccomp profile),
      localfs does not start, and reports why.

      **Rights.** With `identity: host`, the default, all operations have the rights of the user that
      runs the host. With `identity: caller`, for a host that runs as root, each operation makes its
      file-system calls with the user, group and supplementary groups of its caller; a caller without
      a uid on this machine is nobody (65534). A group that a client names is used if it is one of the
      caller's, or if the peer is trusted. `identity: client` is the same for callers of peers that are
      not trusted. For callers of trusted peers, the client's kernel has already checked the rights,
      with groups that this machine may not know; so every operation that the host's user may do is
      permitted, and new files belong to the caller. Only callers of trusted peers may change
      `security.*` and `trusted.*` attributes. When root writes to a file, its set-uid bit is cleared,
      and its set-gid bit if the group may execute it, as the kernel does for other users.

      **Open files** are counted for all clients of the host together. A client that has as many open as
      are still free gets EMFILE; connections of one user to one Unix socket count as one client.

      **Blocking.** On tmpfs, operations run on the event loop, except those that free more than
      16 MiB. On a local disk, look-ups and reads are served from the kernel's caches where possible;
      all other operations, and all on a network file system or FUSE, run on threads that may block.

      **Version stamps** are derived from the change time, the modification time and the size: two
      changes that leave the same size within one tick of the kernel's clock (4 ms before Linux 6.13)
      may get the same stamp.

      **On other systems, and with `portable: true`,** the directory is served through java.nio.file.
      Each directory of a path is checked before and after an operation, but another user of the same
      machine who replaces a directory by a symbolic link at the right moment can lead an operation
      out of the directory. Not supported are FIFOs, sockets, extended attributes, names that are not
      Unicode, link targets that Java would rewrite (`a//b`), attributes of files that are open and
      removed, and the allocated space of files with holes. Listings keep all names in memory, and
      errors that Java does not distinguish are EIO.
      """;

  /** For {@link java.util.ServiceLoader}. */
  public LocalfsPlugin() {}

  @Override
  public String name() {
    return "localfs";
  }

  @Override
  public ConfigSpec configSpec() {
    return SPEC;
  }

  @Override
  public String readme() {
    return README;
  }

  @Override
  public List<UsedDirectory> directories(Config config) {
    return List.of(
        new UsedDirectory(LOCAL_DIR.name(), directory(config), UsedDirectory.Use.SERVED));
  }

  @Override
  public List<ConfigProblem> check(Config config) {
    List<ConfigProblem> problems = new ArrayList<>();
    Path directory;
    try {
      directory = directory(config);
    } catch (InvalidPathException e) {
      problems.add(ConfigProblem.of(LOCAL_DIR, "not a path on this machine: " + e.getMessage()));
      return problems;
    }
    if (Files.exists(directory)) {
      if (!Files.isDirectory(directory)) {
        problems.add(ConfigProblem.of(LOCAL_DIR, directory + " is not a directory"));
      } else if (KernelTrees.isOne(type(directory))) {
        problems.add(ConfigProblem.of(LOCAL_DIR, KernelTrees.refusal(directory, type(directory))));
      }
    } else if (!config.get(CREATE)) {
      problems.add(
          ConfigProblem.of(
              LOCAL_DIR, directory + " does not exist; create it, or set 'create: true'"));
    }
    if (config.get(DEVICES) && (usesJava(config) || !LinuxLocalfs.isRoot())) {
      problems.add(
          ConfigProblem.of(
              DEVICES,
              "requires a host that runs as root on Linux, and no 'portable: true'; start it as"
                  + " root, or set 'devices: false'"));
    }
    if (actsForCallers(config)) {
      if (usesJava(config)) {
        problems.add(
            ConfigProblem.of(
                IDENTITY,
                "'%s' requires Linux system calls, which 'portable: true' does not use"
                    .formatted(config.get(IDENTITY))));
      } else if (!LinuxLocalfs.isRoot()) {
        problems.add(
            ConfigProblem.of(
                IDENTITY,
                "'%s' requires a host that runs as root; start it as root, or set 'identity: host'"
                    .formatted(config.get(IDENTITY))));
      }
    }
    return problems;
  }

  /**
   * Returns the type of the file system that contains a directory, empty if Java does not know it.
   */
  private static String type(Path directory) {
    try {
      return Files.getFileStore(directory).type();
    } catch (IOException e) {
      return ""; // opening the directory reports the reason
    }
  }

  private static void create(Path directory) throws IOException {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      // The message names the parent directory that could not be created.
      throw new IOException("%s cannot be made: %s".formatted(directory, Reason.of(e)), e);
    }
  }

  @Override
  public FileSystem open(PluginContext context, Config config) throws IOException {
    Path directory = directory(config);
    if (config.get(CREATE)) {
      create(directory);
    }
    if (!Files.isDirectory(directory)) {
      throw new IOException(directory + " is not a directory");
    }
    boolean readOnly = config.get(READ_ONLY);
    if (usesJava(config)) {
      String why = config.get(PORTABLE) ? "as configured" : LinuxLocalfs.unavailable();
      context
          .logger()
          .log(
              Level.WARNING,
              "{0}: through java.nio.file, {1}. Its limits: {2}",
              directory,
              why,
              PortableLocalfs.LIMITS);
      return context
          .blockingCalls()
          .around(PortableLocalfs.open(directory, readOnly, context.descriptors()));
    }
    return context
        .blockingCalls()
        .around(
            LinuxLocalfs.open(
                directory,
                new LinuxLocalfs.Permits(readOnly, rights(config), config.get(DEVICES)),
                context.descriptors()));
  }

  private static boolean usesJava(Config config) {
    return config.get(PORTABLE) || LinuxLocalfs.unavailable() != null;
  }

  private static boolean actsForCallers(Config config) {
    return rights(config) != LinuxLocalfs.Rights.HOST;
  }

  private static LinuxLocalfs.Rights rights(Config config) {
    return LinuxLocalfs.Rights.valueOf(config.get(IDENTITY).toUpperCase(Locale.ROOT));
  }

  private static Path directory(Config config) {
    return Path.of(config.get(LOCAL_DIR)).toAbsolutePath().normalize();
  }
}
