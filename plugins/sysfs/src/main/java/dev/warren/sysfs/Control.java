package dev.warren.sysfs;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.host.HostControl;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Carries out orders. Thread-safe. */
final class Control {
  private static final String USAGE =
      "mount PLUGIN PATH [KEY=VALUE...], unmount PATH, reload, disconnect SESSION, log LEVEL";

  private final HostControl host;
  private volatile String lastError = "";

  Control(HostControl host) {
    this.host = host;
  }

  /** Why the last order was refused, as a line; empty if it was carried out. */
  String lastError() {
    return lastError;
  }

  /**
   * Carries out one line.
   *
   * @throws FsException with the reason, which {@link #lastError} keeps
   */
  void carryOut(String line) throws FsException {
    try {
      carryOut(List.of(line.strip().split("\\s+")));
      lastError = "";
    } catch (FsException e) {
      lastError = line.strip() + ": " + e.errno() + ": " + e.getMessage() + "\n";
      throw e;
    }
  }

  private void carryOut(List<String> words) throws FsException {
    int arguments = words.size() - 1;
    String order = words.getFirst();
    if (order.equals("mount") && arguments >= 2) {
      host.mount(
          words.get(1), VfsPath.parse(words.get(2)), settings(words.subList(3, words.size())));
    } else if (order.equals("unmount") && arguments == 1) {
      host.unmount(VfsPath.parse(words.get(1)));
    } else if (order.equals("reload") && arguments == 0) {
      host.reload();
    } else if (order.equals("disconnect") && arguments == 1) {
      host.disconnect(words.get(1));
    } else if (order.equals("log") && arguments == 1) {
      host.setLogLevel(words.get(1));
    } else {
      throw new FsException(Errno.EINVAL, "not an order; orders are " + USAGE);
    }
  }

  private static Map<String, String> settings(List<String> words) throws FsException {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 1) {
        throw new FsException(Errno.EINVAL, "'" + word + "' is not KEY=VALUE");
      }
      if (settings.put(word.substring(0, equals), word.substring(equals + 1)) != null) {
        throw new FsException(Errno.EINVAL, "'" + word.substring(0, equals) + "' is given twice");
      }
    }
    return settings;
  }
}
