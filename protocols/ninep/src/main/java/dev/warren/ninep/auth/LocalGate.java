package dev.warren.ninep.auth;

import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.ninep.codec.Wire;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets in the host's own user and root of the same system, and takes their word for whom they
 * attach as: root's kernel attaches once for each of its users, and the host's own user gains
 * nothing by a lie, since the host acts as that user. A peer of another system, if the
 * configuration allows any, is nobody, whoever it says it is: 9P proves nothing.
 */
public final class LocalGate implements Gate {
  /** The user number of nobody, the same on every Linux. */
  private static final int NOBODY = 65_534;

  private static final Logger log = LoggerFactory.getLogger(LocalGate.class);
  private static final String PROTOCOL = "9p";

  private final HostIdentity host;
  private final UserTable users;
  private final PeerIdentity peer;
  private final boolean allowRemote;
  private final String remoteAddress;
  private @Nullable Boolean trusted;

  /**
   * A gate for one connection.
   *
   * @param remoteAddress where the peer comes from, for people
   */
  public LocalGate(
      HostIdentity host,
      UserTable users,
      PeerIdentity peer,
      boolean allowRemote,
      String remoteAddress) {
    this.host = host;
    this.users = users;
    this.peer = peer;
    this.allowRemote = allowRemote;
    this.remoteAddress = remoteAddress;
  }

  @Override
  public Caller admit(String user, int uid) throws FsException {
    if (!isTrusted()) {
      return new Caller("nobody", NOBODY, NOBODY, List.of(), PROTOCOL, remoteAddress);
    }
    try {
      return uid == Wire.NONUNAME ? byName(user) : byNumber(uid);
    } catch (IOException e) {
      throw new FsException(Errno.EIO, "cannot read the user table", e);
    }
  }

  /** Asks once: the peer's end of a connection does not change hands. */
  private synchronized boolean isTrusted() throws FsException {
    if (trusted == null) {
      OptionalInt uid = peer.uid();
      boolean own = uid.isPresent() && (uid.getAsInt() == 0 || uid.getAsInt() == host.uid());
      if (!own && !allowRemote) {
        String reason =
            uid.isPresent()
                ? "it runs as user " + uid.getAsInt() + ", not as the host's user or root"
                : "it is not on this system";
        log.info("attach of {} refused: {}", remoteAddress, reason);
        throw new FsException(Errno.EACCES, reason);
      }
      trusted = own;
    }
    return trusted;
  }

  /** The Linux client's first attach has uname "nobody" and no number: the mount itself. */
  private Caller byName(String name) throws IOException {
    Optional<UserTable.User> known =
        name.isEmpty() || name.equals("nobody") ? Optional.empty() : users.byName(name);
    return known.isPresent()
        ? caller(known.get())
        : new Caller(
            name.isEmpty() ? "nobody" : name,
            host.uid(),
            host.gid(),
            List.of(),
            PROTOCOL,
            remoteAddress,
            true);
  }

  private Caller byNumber(int uid) throws IOException {
    Optional<UserTable.User> known = users.byUid(uid);
    return known.isPresent()
        ? caller(known.get())
        : new Caller(
            Integer.toUnsignedString(uid), uid, uid, List.of(), PROTOCOL, remoteAddress, true);
  }

  private Caller caller(UserTable.User user) throws IOException {
    return new Caller(
        user.name(),
        user.uid(),
        user.gid(),
        users.groups(user.name()),
        PROTOCOL,
        remoteAddress,
        true);
  }
}
