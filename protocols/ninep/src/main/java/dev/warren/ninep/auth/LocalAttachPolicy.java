package dev.warren.ninep.auth;

import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.ninep.codec.Wire;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Admits the host's own user and root of the same system, and trusts them to attach as any user:
 * root's kernel attaches once for each of its users, and the host's own user gains nothing by a
 * false claim, since the host acts as that user anyway. On a listener that the configuration
 * trusts, every client is trusted. All other admitted clients are treated as nobody, whatever user
 * they claim to be, because 9P does not authenticate users.
 */
public final class LocalAttachPolicy implements AttachPolicy {
  /** The user and group number of nobody, the same on every Linux. */
  private static final int NOBODY = 65_534;

  private static final String NAME_OF_NOBODY = "nobody";
  private static final User UNKNOWN = new User(NAME_OF_NOBODY, NOBODY, NOBODY, List.of());
  private static final String PROTOCOL = "9p";

  private final HostIdentity host;
  private final Users users;
  private final PeerIdentity peer;
  private final Access access;
  private final String remoteAddress;
  private final Consumer<String> refusals;
  private @Nullable Boolean trusted;

  /**
   * Creates the policy of one connection.
   *
   * @param remoteAddress where the client connects from, for display
   * @param refusals receives the reason if the client is refused
   */
  public LocalAttachPolicy(
      HostIdentity host,
      Users users,
      PeerIdentity peer,
      Access access,
      String remoteAddress,
      Consumer<String> refusals) {
    this.host = host;
    this.users = users;
    this.peer = peer;
    this.access = access;
    this.remoteAddress = remoteAddress;
    this.refusals = refusals;
  }

  @Override
  public Caller admit(String user, int uid) throws FsException {
    if (!isTrusted()) {
      return caller(UNKNOWN, false);
    }
    try {
      return caller(uid == Wire.NONUNAME ? byName(user) : byNumber(uid), true);
    } catch (IOException e) {
      throw new FsException(Errno.EIO, "cannot look up the user", e);
    }
  }

  /** Whether the client is trusted. Checked once: a connection's user does not change. */
  private synchronized boolean isTrusted() throws FsException {
    if (trusted == null) {
      trusted = access.trust() || isOwn();
    }
    return trusted;
  }

  private boolean isOwn() throws FsException {
    OptionalInt uid;
    try {
      uid = peer.uid();
    } catch (FsException e) {
      if (access.anyone()) {
        return false;
      }
      refusals.accept(String.valueOf(e.getMessage()));
      throw e;
    }
    boolean own = uid.isPresent() && (uid.getAsInt() == 0 || uid.getAsInt() == host.uid());
    if (!own && !access.anyone()) {
      String reason =
          uid.isPresent()
              ? "runs as user %s, not as the host's user or root"
                  .formatted(Integer.toUnsignedString(uid.getAsInt()))
              : "is not on this system";
      refusals.accept(reason);
      throw new FsException(Errno.EACCES, reason);
    }
    return own;
  }

  /** The Linux client's first attach, for the mount itself, has uname "nobody" and no number. */
  private User byName(String name) throws IOException {
    if (name.isEmpty() || name.equals(NAME_OF_NOBODY)) {
      return new User(NAME_OF_NOBODY, host.uid(), host.gid(), List.of());
    }
    return users.byName(name).orElse(UNKNOWN);
  }

  /**
   * A uid that is not in this machine's table of users has no group, except that of the host's own
   * user, who need not be in the table.
   */
  private User byNumber(int uid) throws IOException {
    Optional<User> known = users.byUid(uid);
    int gid = uid == host.uid() ? host.gid() : NOBODY;
    return known.orElseGet(() -> new User(Integer.toUnsignedString(uid), uid, gid, List.of()));
  }

  private Caller caller(User user, boolean isTrusted) {
    return new Caller(
        user.name(), user.uid(), user.gid(), user.groups(), PROTOCOL, remoteAddress, isTrusted);
  }
}
