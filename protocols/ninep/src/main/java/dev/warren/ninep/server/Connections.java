package dev.warren.ninep.server;

import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.frontend.Source.Kind;
import dev.warren.ninep.server.Refusals.Reason;
import dev.warren.ninep.server.UnattachedConnections.Stranger;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All connections of the server, and their limits. Connections that have not attached are counted
 * separately, and among these Unix sockets separately from TCP, so that clients that cannot attach
 * keep no other client out. A part of the attached connections is reserved for trusted clients.
 * Thread-safe.
 */
final class Connections {
  /** One in this many connections is reserved for trusted clients. */
  private static final int TRUSTED_PART = 4;

  private final int mostAttached;
  private final Refusals refusals;
  private final UnattachedConnections overTcp;
  private final UnattachedConnections overUnix;
  private final Map<String, Connection> open = new ConcurrentHashMap<>();
  private int attached;
  private int untrusted;

  Connections(ServerOptions options, Refusals refusals, RandomGenerator random) {
    this.mostAttached = options.maxConnections();
    this.refusals = refusals;
    this.overTcp = new UnattachedConnections(options.maxUnattached(), random);
    this.overUnix = new UnattachedConnections(options.maxUnattached(), random);
  }

  /** The entry of one connection. */
  final class Place implements ConnectionRegistry {
    private final Peer peer;
    private @Nullable Stranger stranger;
    private @Nullable Caller caller;
    private boolean gone;

    private Place(Peer peer) {
      this.peer = peer;
    }

    @Override
    public synchronized void admit(Caller admitted) throws FsException {
      if (caller != null || gone) {
        return;
      }
      if (!take(admitted)) {
        refuse(Reason.TOO_MANY, "%d have attached".formatted(mostAttached));
        throw new FsException(Errno.EMFILE, "too many connections");
      }
      caller = admitted;
      leaveStrangers();
    }

    @Override
    public String holder(Caller admitted) {
      return admitted.trusted() ? "uid " + admitted.uid() : peer.source().toString();
    }

    @Override
    public void refuse(Reason reason, String detail) {
      refusals.add(peer, reason, detail);
    }

    @Override
    public void crowd() {
      unattached().endOne();
    }

    private UnattachedConnections unattached() {
      return peer.source().kind() == Kind.UNIX ? overUnix : overTcp;
    }

    private synchronized void enter(Connection connection) {
      stranger =
          unattached()
              .enter(
                  peer.source(),
                  () -> {
                    refuse(
                        Reason.TOO_MANY,
                        "its source has the most connections that have not attached");
                    connection.disconnect();
                  });
    }

    /** Called when the connection has ended. */
    synchronized void leave() {
      gone = true;
      leaveStrangers();
      if (caller != null) {
        give(caller);
        caller = null;
      }
    }

    private void leaveStrangers() {
      if (stranger != null) {
        stranger.leave();
        stranger = null;
      }
    }
  }

  private synchronized boolean take(Caller caller) {
    boolean isAdmitted =
        attached < mostAttached
            && (caller.trusted() || untrusted < mostAttached - mostAttached / TRUSTED_PART);
    if (isAdmitted) {
      attached++;
      untrusted += caller.trusted() ? 0 : 1;
    }
    return isAdmitted;
  }

  private synchronized void give(Caller caller) {
    attached--;
    untrusted -= caller.trusted() ? 0 : 1;
  }

  /** The entry for a connection that is being created. */
  Place place(Peer peer) {
    return new Place(peer);
  }

  /** Adds a connection. If there are too many strangers, closes one of them, perhaps this one. */
  void add(Connection connection, Place place) {
    open.put(connection.id(), connection);
    place.enter(connection);
  }

  /** Removes a connection that has ended. */
  void remove(Connection connection, Place place) {
    open.remove(connection.id());
    place.leave();
  }

  @Nullable Connection find(String id) {
    return open.get(id);
  }

  Collection<Connection> all() {
    return Collections.unmodifiableCollection(open.values());
  }

  /** How many connections have attached. */
  synchronized int attached() {
    return attached;
  }

  /** How many connections have not attached. */
  int unattached() {
    return overTcp.count() + overUnix.count();
  }
}
