package dev.warren.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is asking.
 *
 * @param user the name they logged in with; for 9P the name they attached as
 * @param uid their number on this system, -1 where they have none
 * @param gid their group on this system, -1 where they have none
 * @param groups their further groups
 * @param protocol the front end: {@code sftp}, {@code 9p}, {@code host}
 * @param remoteAddress where they come from, for people; null inside the host
 */
public record Caller(
    String user,
    int uid,
    int gid,
    List<Integer> groups,
    String protocol,
    @Nullable String remoteAddress) {
  /** The host itself. */
  public static final Caller HOST = new Caller("host", -1, -1, List.of(), "host", null);

  public Caller {
    groups = List.copyOf(groups);
  }

  /** The same caller acting with another group, as after newgrp(1). */
  public Caller withGid(int newGid) {
    return newGid == gid ? this : new Caller(user, uid, newGid, groups, protocol, remoteAddress);
  }
}
