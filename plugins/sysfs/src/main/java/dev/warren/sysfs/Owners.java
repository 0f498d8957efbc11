package dev.warren.sysfs;

import dev.warren.api.Caller;
import dev.warren.api.HostUser;
import java.util.List;

/** The users who may execute commands. */
final class Owners {
  private static final int ROOT = 0;

  private final int hostUid;
  private final String hostUser;
  private final List<String> admins;

  Owners(int hostUid, String hostUser, List<String> admins) {
    this.hostUid = hostUid;
    this.hostUser = hostUser;
    this.admins = admins;
  }

  /** Returns the user of this process and the named SFTP users. */
  static Owners ofThisProcess(List<String> admins) {
    return new Owners(HostUser.current().uid(), System.getProperty("user.name", ""), admins);
  }

  /**
   * Over SFTP, the name is authenticated. Over 9P, a client can claim any name, so the uid decides,
   * and only if the peer is trusted: a client that is not trusted has the uid of nobody, which may
   * be the host's own uid, for example in a container. Users of other front ends may not execute
   * commands, because nothing is known about their authentication.
   */
  boolean contains(Caller caller) {
    return switch (caller.protocol()) {
      case "host" -> true;
      case "sftp" -> caller.user().equals(hostUser) || admins.contains(caller.user());
      case "9p" ->
          caller.trusted()
              && caller.uid() >= 0
              && (caller.uid() == hostUid || caller.uid() == ROOT);
      default -> false;
    };
  }
}
