package dev.warren.server.cli;

import dev.warren.frontend.Recipe;
import dev.warren.namespace.MountInfo;
import dev.warren.server.log.Redactor;
import java.util.Comparator;
import java.util.List;

/**
 * The text that the host prints once it is ready: the mounts, and commands to paste. It goes to
 * standard output, separate from the log, and has no colours because it may end up in a file or a
 * journal.
 */
final class StartupMessage {
  private StartupMessage() {}

  /**
   * Returns the whole text. Each command is on a line of its own, indented, below its purpose.
   *
   * @param redactor applied to the errors of mounts, which may quote secrets. Paths and commands
   *     are shown as they are, because no client could use them otherwise.
   */
  static String text(
      String version, List<MountInfo> mounts, List<Recipe> recipes, Redactor redactor) {
    StringBuilder text = new StringBuilder();
    text.append("\nWarren %s serves\n\n".formatted(version));
    int width = mounts.stream().mapToInt(m -> m.path().toString().length()).max().orElse(0);
    List<MountInfo> byPath =
        mounts.stream().sorted(Comparator.comparing(m -> m.path().toString())).toList();
    for (MountInfo mount : byPath) {
      text.append("  ").append(mount.path());
      text.append(" ".repeat(width - mount.path().toString().length() + 3));
      text.append(mount.description().plugin());
      if (mount.error() != null) {
        text.append("   FAILED: ").append(oneLine(redactor.redact(mount.error())));
      }
      text.append('\n');
    }
    if (mounts.isEmpty()) {
      text.append("  nothing: the configuration has no plugins\n");
    }
    if (!recipes.isEmpty()) {
      text.append("\nIn another terminal of this machine:\n");
    }
    for (Recipe recipe : recipes) {
      text.append("\n  # ").append(recipe.purpose()).append("\n  ");
      text.append(recipe.command()).append('\n');
    }
    return text.append('\n').toString();
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ");
  }
}
