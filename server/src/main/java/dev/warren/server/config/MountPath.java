package dev.warren.server.config;

import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import org.jspecify.annotations.Nullable;

/** Rules for mount paths, in addition to those of {@link VfsPath}. */
public final class MountPath {
  private MountPath() {}

  /** Returns what is wrong with a path and what to write instead; null if nothing is wrong. */
  public static @Nullable String wrong(String text) {
    if (text.isBlank()) {
      return "the path is empty; write where clients are to see it, such as /files";
    }
    if (text.startsWith("~") || text.contains("\\") || text.matches("[A-Za-z]:.*")) {
      return "'%s' is not a path of the namespace: 'path' is where clients see it, such as /files;"
              .formatted(text)
          + " a directory of this machine is a key of the plugin, such as local_dir";
    }
    if (text.matches("[\u2018-\u201f\u00ab\u00bb].*|.*[\u2018-\u201f\u00ab\u00bb]")) {
      return "'%s' has typographic quotes, which are a part of it; write ' or \", or none"
          .formatted(text);
    }
    if (!Printable.is(text)) {
      return "'%s' has characters that cannot be seen, which terminals and logs would show wrongly"
          .formatted(text);
    }
    try {
      VfsPath path = VfsPath.parse(text.startsWith("/") ? text : "/" + text);
      return path.toString().equals(text)
          ? null
          : "'%s' is not an absolute, normalised path; write '%s'".formatted(text, path);
    } catch (FsException e) {
      return "not a valid mount path: " + e.getMessage();
    }
  }
}
