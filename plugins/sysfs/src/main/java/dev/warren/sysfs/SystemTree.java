package dev.warren.sysfs;

import dev.warren.admin.HostControl;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.synthetic.SyntheticDirectory;
import dev.warren.api.synthetic.SyntheticFile;
import dev.warren.api.synthetic.SyntheticNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tree of files. */
final class SystemTree {
  private final HostControl host;
  private final String readme;
  private final Control control;
  private final SyntheticDirectory forReaders;
  private final SyntheticDirectory forOwner;

  SystemTree(HostControl host, String readme) {
    this.host = host;
    this.readme = readme;
    control = new Control(host);
    // A line is executed when it is written, not when the file is closed, because the Linux
    // kernel's 9P client does not report the result of a close.
    forReaders = tree(SyntheticFile.commandsAtWrite(SystemTree::refuse));
    forOwner = tree(SyntheticFile.commandsAtWrite(control::carryOut));
  }

  /** The tree for other users: commands are refused. */
  SyntheticDirectory forReaders() {
    return forReaders;
  }

  /** The tree for owners. */
  SyntheticDirectory forOwner() {
    return forOwner;
  }

  private SyntheticDirectory tree(SyntheticFile commands) {
    SyntheticFile error = SyntheticFile.text(control::lastError).nonBlocking();
    return SyntheticDirectory.fixed()
        .with("README", SyntheticFile.constant(readme))
        .with("version", SyntheticFile.constant(host.version() + "\n"))
        .with("uptime", SyntheticFile.text(() -> host.uptime().toSeconds() + "\n").nonBlocking())
        .with("mounts", SyntheticFile.text(() -> Reports.mounts(host.mounts())).nonBlocking())
        .with("sessions", SyntheticFile.text(() -> Reports.sessions(host.sessions())).nonBlocking())
        .with("hosts", SyntheticFile.text(() -> Reports.hosts(host.hosts())))
        .with("memory", SyntheticFile.text(() -> Reports.memory(host.memory())).nonBlocking())
        .with("plugins", SyntheticDirectory.computed(this::plugins).nonBlocking())
        .with("metrics", SyntheticFile.text(host::metrics))
        .with("log", SyntheticFile.growing(new LogContent(host.log())))
        // Writing may block, so the file is not declared non-blocking.
        .with("ctl", SyntheticFile.text(control::lastError).writtenAs(commands))
        .with("ctl.error", error);
  }

  private Map<String, SyntheticNode> plugins() {
    Map<String, SyntheticNode> plugins = new LinkedHashMap<>();
    for (HostControl.PluginInfo plugin : host.plugins()) {
      plugins.put(
          plugin.name(),
          SyntheticDirectory.fixed()
              .with("readme", SyntheticFile.constant(plugin.readme()))
              .with(
                  "config",
                  SyntheticFile.text(() -> Reports.config(plugin, host.mounts())).nonBlocking())
              .with("location", SyntheticFile.constant(plugin.location() + "\n")));
    }
    return plugins;
  }

  private static void refuse(String line) throws FsException {
    throw new FsException(Errno.EPERM, "only the owner of the host may execute commands");
  }
}
