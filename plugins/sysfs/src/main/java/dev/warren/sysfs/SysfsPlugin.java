package dev.warren.sysfs;

import dev.warren.admin.HostControl;
import dev.warren.api.FileSystem;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.synthetic.SyntheticFileSystem;
import java.io.IOException;
import java.util.List;

/** Serves a tree of files that describe the host, and one, {@code ctl}, that accepts commands. */
public final class SysfsPlugin implements Plugin {
  private static final ConfigKey<List<Object>> ADMINS =
      ConfigKey.list(
              "admins",
              "names of SFTP users who may write to ctl, in addition to the user who runs the host")
          .withDefault(List.of());

  private static final String README =
      """
      # sysfs

      The host's administration as files. Every user who can reach them may read them; only owners may
      execute commands: the user who runs the host (and root), and the SFTP users in `admins`.

          cat version uptime mounts sessions hosts metrics
          tail -f log
          cat plugins/localfs/readme plugins/localfs/config
          echo mount memfs /scratch max_bytes=16MiB > ctl
          echo unmount /scratch > ctl
          echo reload > ctl
          echo 'reload --force' > ctl
          echo disconnect SESSION > ctl
          echo log debug > ctl

      Each line that is written to `ctl` is a command; it is executed once, before the write returns. If
      it is refused, the write fails; to see the reason, read `ctl` or `ctl.error`, which omit the
      settings of a mount. What `mount` mounts is unmounted when the host ends.
      """;

  @Override
  public String name() {
    return "sysfs";
  }

  @Override
  public ConfigSpec configSpec() {
    return ConfigSpec.of(ADMINS);
  }

  @Override
  public String readme() {
    return README;
  }

  @Override
  public FileSystem open(PluginContext context, Config config) throws IOException {
    HostControl host =
        context
            .granted(HostControl.class)
            .orElseThrow(
                () ->
                    new IOException(
                        "this host does not let plugins administer it unless"
                            + " server.admin_plugins names them"));
    List<String> admins = config.get(ADMINS).stream().map(Object::toString).toList();
    Owners owners = Owners.ofThisProcess(admins);
    SystemTree tree = new SystemTree(host, README);
    return new SyntheticFileSystem(
        caller -> owners.contains(caller) ? tree.forOwner() : tree.forReaders(), context.memory());
  }
}
