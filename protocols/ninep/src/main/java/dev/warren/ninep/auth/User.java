package dev.warren.ninep.auth;

import java.util.List;

/**
 * A user of this system.
 *
 * @param name login name
 * @param uid user number
 * @param gid number of the login group
 * @param groups numbers of the further groups
 */
public record User(String name, int uid, int gid, List<Integer> groups) {
  /** Copies the groups. */
  public User {
    groups = List.copyOf(groups);
  }
}
