package dev.warren.frontend;

import dev.warren.api.VfsPath;
import java.util.List;

/**
 * Access rules by path for one user. Of the rules that match a path, the one with the most names
 * applies; of several with equally many names, the last one, so the order seldom matters. A path
 * that no rule matches does not exist for the user: ENOENT, and left out of listings. Directories
 * that lead to something visible are visible and can be listed. A change where only reading is
 * allowed is EACCES.
 *
 * <p>Creating, removing or renaming a name changes its directory, so it requires {@link
 * Access#WRITE} for the directory as well as for the name. A directory cannot be renamed while
 * stricter rules apply below it.
 *
 * <p>Immutable.
 */
public final class AccessRules {
  /** What a rule allows; each value includes the ones before it. */
  public enum Access {
    /** Nothing: excludes part of what another rule allows. */
    NONE,
    /** Stat, list and read. */
    READ,
    /** All operations. */
    WRITE
  }

  /**
   * One rule.
   *
   * @param pattern the paths to which it applies, together with everything below them
   * @param access what it allows there
   */
  public record Rule(PathPattern pattern, Access access) {}

  private final List<Rule> rules;

  /** Creates rules, in the order of the configuration. */
  public AccessRules(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /** Returns what is allowed for a path. */
  public Access access(VfsPath path) {
    List<String> names = path.names();
    Access access = Access.NONE;
    int depth = -1;
    for (Rule rule : rules) {
      int ruleDepth = rule.pattern().depth();
      if (ruleDepth <= names.size() && ruleDepth >= depth && rule.pattern().agrees(names)) {
        access = rule.access();
        depth = ruleDepth;
      }
    }
    return access;
  }

  /** Whether something below a path may be visible although the path is not. */
  boolean leadsToMore(VfsPath path) {
    List<String> names = path.names();
    return rules.stream()
        .anyMatch(
            rule ->
                rule.access() != Access.NONE
                    && rule.pattern().depth() > names.size()
                    && rule.pattern().agrees(names));
  }

  /** Whether everything below a path has the same access as the path. */
  boolean isUniformBelow(VfsPath path) {
    List<String> names = path.names();
    return rules.stream()
        .noneMatch(rule -> rule.pattern().depth() > names.size() && rule.pattern().agrees(names));
  }
}
