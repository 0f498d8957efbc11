package dev.warren.api;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The user on whose behalf a request is made.
 *
 * <p>The word of a <b>trusted</b> peer is accepted: it may say which user makes the request, and
 * with which group. A peer is trusted if it runs as the host's own user or as root on this system,
 * as reported by the kernel for a Unix socket or a local connection, or if it uses a listener that
 * the configuration trusts. All other callers act with the groups that they have on this system,
 * and cannot change attributes that grant rights on it.
 *
 * @param user the name with which the user logged in; for 9P, the name with which they attached
 * @param uid their uid on this system, -1 if they have none
 * @param gid their gid on this system, -1 if they have none
 * @param groups their supplementary groups
 * @param protocol the front end: {@code sftp}, {@code 9p}, {@code host}
 * @param remoteAddress the client's address, for display only; null inside the host
 * @param trusted whether the peer that makes requests for this user is trusted
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

  /** Creates a caller that is not trusted. */
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
   * Returns this caller with another group, as after newgrp(1): the previous group becomes a
   * supplementary group. A caller that is not trusted can change only to one of its own groups;
   * otherwise its group does not change.
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
