package dev.warren.sysfs;

import dev.warren.api.Caller;
import dev.warren.api.HostUser;
import java.util.List;

/** Who may give orders. */
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

  /** The user of this process and the named SFTP users. */
  static Owners ofThisProcess(List<String> admins) {
    return new Owners(HostUser.current().uid(), System.getProperty("user.name", ""), admins);
  }

  /**
   * Over SFTP a user has proved the name. Over 9P a client says any name it likes; the number
   * counts where its peer is trusted. Who is not has the number of nobody, and that may be the
   * host's own, in a container say. Of another front end nothing is known: its users give no
   * orders.
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
