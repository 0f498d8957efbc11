package dev.warren.frontend;

import dev.warren.api.VfsPath;
import java.util.List;

/**
 * Who-may-what by path, for one user. Of the rules that match a path, the one with the most names
 * holds, of two with equally many the later one, so the order seldom matters. What no rule matches
 * is not there: ENOENT, and left out of listings. Directories on the way to something visible are
 * visible and can be listed. A change where only reading is allowed is EACCES.
 *
 * <p>A name is created, removed or renamed in its directory, so that needs {@link Access#WRITE} for
 * the directory as well as for the name. A directory cannot be renamed while there are stricter
 * rules for something below it.
 *
 * <p>Immutable.
 */
public final class AccessRules {
  /** What a rule allows, each more than the one before. */
  public enum Access {
    /** Nothing: takes out something below what another rule allows. */
    NONE,
    /** Look, list and read. */
    READ,
    /** Everything. */
    WRITE
  }

  /**
   * One rule.
   *
   * @param pattern for which paths, with everything below them
   * @param access what is allowed there
   */
  public record Rule(PathPattern pattern, Access access) {}

  private final List<Rule> rules;

  /** Rules in the order of the configuration. */
  public AccessRules(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /** What is allowed for a path. */
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

  /** Whether something may be visible below a path that is not visible itself. */
  boolean leadsToMore(VfsPath path) {
    List<String> names = path.names();
    return rules.stream()
        .anyMatch(
            rule ->
                rule.access() != Access.NONE
                    && rule.pattern().depth() > names.size()
                    && rule.pattern().agrees(names));
  }

  /** Whether all that is below a path has the same access as the path. */
  boolean isUniformBelow(VfsPath path) {
    List<String> names = path.names();
    return rules.stream()
        .noneMatch(rule -> rule.pattern().depth() > names.size() && rule.pattern().agrees(names));
  }
}
