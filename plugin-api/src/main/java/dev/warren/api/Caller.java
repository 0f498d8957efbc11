package dev.warren.api;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is asking.
 *
 * <p>A peer is <b>trusted</b> whose word counts: of the host's own user or of root of this system,
 * as the kernel tells of a Unix socket or a connection from this machine, or one of a listener that
 * the configuration trusts. It says which user asks, and with which group. Everybody else acts with
 * the groups that they have here, and changes no attributes that give rights on this system.
 *
 * @param user the name they logged in with; for 9P the name they attached as
 * @param uid their number on this system, -1 where they have none
 * @param gid their group on this system, -1 where they have none
 * @param groups their further groups
 * @param protocol the front end: {@code sftp}, {@code 9p}, {@code host}
 * @param remoteAddress where they come from, for people; null inside the host
 * @param trusted whether the peer that asks for them is trusted
 */
public record Caller(
    String user,
    int uid,
    int gid,
    List<Integer> groups,
    String protocol,
    @Nullable String remoteAddress,
    boolean trusted) {
  /** The host itself. */
  public static final Caller HOST = new Caller("host", -1, -1, List.of(), "host", null, true);

  public Caller {
    groups = List.copyOf(groups);
  }

  /** A caller whose word does not count. */
  public Caller(
      String user,
      int uid,
      int gid,
      List<Integer> groups,
      String protocol,
      @Nullable String remoteAddress) {
    this(user, uid, gid, groups, protocol, remoteAddress, false);
  }

  /**
   * The same caller acting with another group, as after newgrp(1): the group before is still one of
   * theirs. Who is not trusted acts with a group that they have, or as before.
   */
  public Caller withGid(int newGid) {
    if (newGid == gid || (!trusted && !groups.contains(newGid))) {
      return this;
    }
    List<Integer> all = new ArrayList<>(groups);
    if (gid != -1 && !all.contains(gid)) {
      all.add(gid);
    }
    return new Caller(user, uid, newGid, all, protocol, remoteAddress, trusted);
  }
}
