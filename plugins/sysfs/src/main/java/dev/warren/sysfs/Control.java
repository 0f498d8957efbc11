package dev.warren.sysfs;

import dev.warren.admin.HostControl;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Executes commands. Thread-safe. */
final class Control {
  private static final String USAGE =
      "mount PLUGIN PATH [KEY=VALUE...], unmount PATH, reload [--force], disconnect SESSION, log"
          + " LEVEL";

  private static final Set<String> COMMANDS =
      Set.of("mount", "unmount", "reload", "disconnect", "log");

  private final HostControl host;
  private volatile String lastError = "";

  Control(HostControl host) {
    this.host = host;
  }

  /** Why the last command was refused, as a line; empty if it succeeded. */
  String lastError() {
    return lastError;
  }

  /**
   * Executes one line.
   *
   * @throws FsException with the reason, which {@link #lastError} keeps
   */
  void carryOut(String line) throws FsException {
    List<String> words = List.of(line.strip().split("\\s+"));
    try {
      carryOut(words);
      lastError = "";
    } catch (FsException e) {
      lastError = escaped(shown(words) + ": " + e.errno() + ": " + e.getMessage()) + "\n";
      throw e;
    }
  }

  /**
   * Returns a command without its secrets, so that all users may read it: the settings of a mount
   * may be secret, and so may any misplaced word.
   */
  private static String shown(List<String> words) {
    String command = words.getFirst();
    if (!COMMANDS.contains(command)) {
      return command.matches("[a-z]{1,20}") ? command : "a command";
    }
    StringBuilder seen = new StringBuilder(command);
    int most = command.equals("mount") ? 3 : 2;
    words.stream()
        .limit(most)
        .skip(1)
        .filter(word -> word.indexOf('=') < 0)
        .forEach(word -> seen.append(' ').append(word));
    return seen.toString();
  }

  /**
   * Escapes what would control the terminal of another reader, or change the direction of its text.
   */
  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (Character.getType(c)) {
                case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    escaped.append("\\u%04x".formatted(c));
                default -> escaped.appendCodePoint(c);
              }
            });
    return escaped.toString();
  }

  private void carryOut(List<String> words) throws FsException {
    int arguments = words.size() - 1;
    String command = words.getFirst();
    if (command.equals("mount") && arguments >= 2) {
      host.mount(words.get(1), path(words.get(2)), settings(words.subList(3, words.size())));
    } else if (command.equals("unmount") && arguments == 1) {
      host.unmount(path(words.get(1)));
    } else if (command.equals("reload") && arguments == 0) {
      host.reload(false);
    } else if (command.equals("reload") && arguments == 1 && words.get(1).equals("--force")) {
      host.reload(true);
    } else if (command.equals("disconnect") && arguments == 1) {
      host.disconnect(words.get(1));
    } else if (command.equals("log") && arguments == 1) {
      host.setLogLevel(words.get(1));
    } else {
      throw new FsException(Errno.EINVAL, "unknown command; commands are " + USAGE);
    }
  }

  /** Parses a path, which must be in normal form, as in the configuration. */
  private static VfsPath path(String text) throws FsException {
    if (!text.startsWith("/")) {
      // The message does not contain the word, which may be a misplaced setting.
      throw new FsException(Errno.EINVAL, "the path must be absolute, such as /scratch");
    }
    VfsPath path = VfsPath.parse(text);
    if (!path.toString().equals(text)) {
      throw new FsException(
          Errno.EINVAL, "'%s' is not in normal form; write '%s'".formatted(text, path));
    }
    return path;
  }

  private static Map<String, String> settings(List<String> words) throws FsException {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 1) {
        throw new FsException(Errno.EINVAL, "the words after the path must be KEY=VALUE");
      }
      if (settings.put(word.substring(0, equals), word.substring(equals + 1)) != null) {
        throw new FsException(Errno.EINVAL, "a key is given twice");
      }
    }
    return settings;
  }
}
