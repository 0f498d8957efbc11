package dev.warren.gptfs.submission;

import dev.warren.api.Errno;
import dev.warren.api.FileNames;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.gptfs.publish.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Decides which files of the inbox are sent. Temporary files of programs, and files that desktops
 * leave behind, never are; they are stored and listed like any other.
 */
public final class Eligibility {
  private static final Set<String> NAMES =
      Set.of("4913", "Thumbs.db", "desktop.ini", "_config.yaml", "_config.yml");

  private static final List<String> PATTERNS =
      List.of(
          ".*",
          "#*#",
          "*~",
          "*.swp",
          "*.swx",
          "*.tmp",
          "*.temp",
          "*.part",
          "*.partial",
          "*.filepart",
          "*.crdownload",
          "*.bak");

  private final List<Pattern> ignored = new ArrayList<>();

  /**
   * The rules.
   *
   * @param more patterns besides the built-in ones; {@code *} stands for any text, {@code ?} for
   *     one character
   */
  public Eligibility(List<String> more) {
    PATTERNS.forEach(this::add);
    more.forEach(this::add);
  }

  private void add(String glob) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      switch (c) {
        case '*' -> regex.append(".*");
        case '?' -> regex.append('.');
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    ignored.add(Pattern.compile(regex.toString(), Pattern.DOTALL));
  }

  /**
   * Whether a file is sent once it is finished.
   *
   * @param source its path below the inbox
   */
  public boolean isEligible(VfsPath source) {
    for (VfsPath p = source.parentOrRoot(); !p.isRoot(); p = p.parentOrRoot()) {
      if (p.name().startsWith(".")) {
        return false;
      }
    }
    String name = source.name();
    return !NAMES.contains(name)
        && ignored.stream().noneMatch(pattern -> pattern.matcher(name).matches());
  }

  /**
   * Refuses a name from which no name in the outbox can be made.
   *
   * @throws FsException ENAMETOOLONG, or EINVAL for control characters and names that are not UTF-8
   */
  public static void checkName(VfsPath source) throws FsException {
    String name = source.name();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c < ' ' || c == 0x7F) {
        throw new FsException(Errno.EINVAL, "control characters in a name of the inbox");
      }
      if (Character.isLowSurrogate(c)
          && (i == 0 || !Character.isHighSurrogate(name.charAt(i - 1)))) {
        throw new FsException(Errno.EINVAL, "a name in the inbox must be UTF-8");
      }
    }
    if (FileNames.encodedLength(name) > Names.MAX_SOURCE_BYTES) {
      throw new FsException(
          Errno.ENAMETOOLONG, "more than " + Names.MAX_SOURCE_BYTES + " bytes in a name");
    }
  }
}
