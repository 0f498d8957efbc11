package dev.warren.server.config;

import dev.warren.server.config.References.UnresolvedException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Expands a tilde at the start of a path as a shell does, everywhere in the configuration alike.
 */
final class HomeDirectory {
  private static final Pattern TILDE =
      Pattern.compile("(unix:|)~([A-Za-z_][A-Za-z0-9._-]*|)(/.*|)", Pattern.DOTALL);

  private final String home;

  HomeDirectory(String home) {
    this.home = home;
  }

  /** The home directory of the user who runs the process. */
  static HomeDirectory ofProcess() {
    return new HomeDirectory(System.getProperty("user.home", "?"));
  }

  /**
   * Returns the text with a leading {@code ~/} replaced by the home directory.
   *
   * @throws UnresolvedException if it is another user's, or the home directory is not known
   */
  String expand(String text) throws UnresolvedException {
    Matcher tilde = TILDE.matcher(text);
    if (!tilde.matches() || (!tilde.group(2).isEmpty() && tilde.group(3).isEmpty())) {
      return text; // not a path: ~x may mean anything
    }
    if (!tilde.group(2).isEmpty()) {
      throw new UnresolvedException(
          "'~' stands for the home directory of the user who runs Warren only; write the directory"
              + " of '%s' out".formatted(tilde.group(2)));
    }
    if (!home.startsWith("/")) {
      throw new UnresolvedException(
          "'~': it is not known where the home directory is; write the directory out");
    }
    return tilde.group(1) + home + tilde.group(3);
  }
}
