package dev.warren.namespace.locks;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.frontend.FileLocks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link FileLocks} with the rules of fcntl(2), in memory.
 *
 * <p>{@link #tryLock} checks only held locks, as F_SETLK does, so that it succeeds whenever {@link
 * #conflict} finds nothing. Requests that wait ({@link #lock}) are granted in the order of their
 * arrival: a request that conflicts with an earlier one waits for it even if it could be granted,
 * so that a stream of shared locks cannot starve a writer. An owner for which other owners wait
 * does not wait for earlier requests, since that might close a cycle. EDEADLK refers only to held
 * locks and is detected when a request is made, as in Linux.
 *
 * <p>Adjacent locks of different handles are not joined, so that each is dropped with its handle.
 *
 * <p>A single monitor guards all state, because the wait-for graph spans files; it is held only
 * briefly. The time is logarithmic for each lock that a request acquires, replaces or releases, and
 * the limit of a connection limits their number. Requests that waited for released locks are
 * re-examined in small batches; other threads can acquire the monitor between batches. Futures
 * complete outside it, one at a time, on the thread that released the lock.
 */
public final class ByteRangeLocks implements FileLocks {
  /** The default limit of held and pending locks for each connection. */
  public static final int DEFAULT_LIMIT = 8_192;

  /**
   * The greatest number of held and pending locks of all connections together, beyond the {@value
   * LockConnection#SURE} that are guaranteed to each.
   */
  public static final int DEFAULT_POOL = 65_536;

  /** The greatest length of a client's name, in characters: it is stored as long as the lock. */
  public static final int MAX_CLIENT_NAME = 255;

  /** How many waiting requests are re-examined before the monitor is released. */
  private static final int LOT = 32;

  private static final Logger log = LoggerFactory.getLogger(ByteRangeLocks.class);

  private final int limit;
  private final int pool;
  private final Object monitor = new Object();
  private final Work work;
  private final Map<Long, LockedFile> files = new HashMap<>();
  private final IdentityHashMap<Object, LockConnection> connections = new IdentityHashMap<>();
  private final IdentityHashMap<Object, LockHandle> handles = new IdentityHashMap<>();

  /** Creates locks with {@link #DEFAULT_LIMIT} and {@link #DEFAULT_POOL}. */
  public ByteRangeLocks() {
    this(DEFAULT_LIMIT);
  }

  /**
   * Creates locks with {@link #DEFAULT_POOL}.
   *
   * @param limit how many locks a connection may hold and wait for; more is ENOLCK. A request that
   *     is granted later may exceed it by splitting the owner's other locks.
   */
  public ByteRangeLocks(int limit) {
    this(limit, DEFAULT_POOL, new SplittableRandom());
  }

  ByteRangeLocks(int limit, int pool, RandomGenerator random) {
    this.limit = limit;
    this.pool = pool;
    this.work = new Work(random);
  }

  @Override
  public boolean tryLock(long fileId, Owner owner, Object handle, Kind kind, Range range)
      throws FsException {
    Set<LockedFile> touched;
    synchronized (monitor) {
      Wanted wanted = new Wanted(fileId, owner, handle);
      try {
        if (wanted.file.conflict(wanted.owner, kind, range.start(), range.last()) != null) {
          return false;
        }
        take(wanted, kind, range);
      } finally {
        wanted.forgetIfIdle();
      }
      touched = work.takeTouched();
    }
    settle(touched);
    return true;
  }

  @Override
  public CompletableFuture<Void> lock(
      long fileId, Owner owner, Object handle, Kind kind, Range range) throws FsException {
    LockRequest request;
    Set<LockedFile> touched;
    synchronized (monitor) {
      Wanted wanted = new Wanted(fileId, owner, handle);
      try {
        request =
            new LockRequest(
                this, wanted.file, wanted.owner, wanted.handle, kind, range.start(), range.last());
        Claim blocker = wanted.file.blocker(request);
        if (blocker == null) {
          take(wanted, kind, range);
          request.state = LockRequest.State.GRANTED;
        } else if (Deadlocks.wouldBe(request)) {
          throw new FsException(Errno.EDEADLK);
        } else {
          checkLimit(wanted.owner.connection, 1);
          wanted.file.enqueue(request, blocker);
        }
      } finally {
        wanted.forgetIfIdle();
      }
      if (request.state == LockRequest.State.GRANTED) {
        request.future.granted(); // the caller has not seen the future yet, so no continuation runs
      }
      touched = work.takeTouched();
    }
    settle(touched);
    return request.future;
  }

  @Override
  public void unlock(long fileId, Owner owner, Range range) {
    Set<LockedFile> touched;
    synchronized (monitor) {
      LockedFile file = files.get(fileId);
      LockConnection connection = connections.get(owner.connection());
      LockOwner known = connection == null ? null : connection.find(owner);
      if (file == null || connection == null || known == null) {
        return;
      }
      LockedFile.Change change = file.planUnlock(known, range.start(), range.last());
      if (isTooMuch(connection, change.growth())) {
        warn(connection);
        return;
      }
      change(file, known, change);
      touched = work.takeTouched();
    }
    settle(touched);
  }

  /**
   * Unlocking cannot return an error; an unlock that would exceed the limit is ignored and logged.
   */
  private void warn(LockConnection connection) {
    if (!connection.warned) {
      connection.warned = true;
      log.warn(
          "{} has {} locks and splits one by unlocking part of it: left locked",
          connection.identity,
          connection.count());
    }
  }

  @Override
  public Optional<Held> conflict(long fileId, Owner owner, Kind kind, Range range) {
    synchronized (monitor) {
      LockedFile file = files.get(fileId);
      if (file == null) {
        return Optional.empty();
      }
      LockConnection connection = connections.get(owner.connection());
      LockOwner known = connection == null ? null : connection.find(owner);
      return file.firstConflict(known, kind, range.start(), range.last()).map(Segment::asHeld);
    }
  }

  @Override
  public void release(Object handle) {
    List<LockRequest> dropped = new ArrayList<>();
    Set<LockedFile> touched;
    synchronized (monitor) {
      LockHandle known = handles.get(handle);
      if (known == null) {
        return;
      }
      drop(List.of(known), dropped);
      touched = work.takeTouched();
    }
    end(dropped, touched);
  }

  @Override
  public void releaseConnection(Object connection) {
    List<LockRequest> dropped = new ArrayList<>();
    Set<LockedFile> touched;
    synchronized (monitor) {
      LockConnection known = connections.get(connection);
      if (known == null) {
        return;
      }
      drop(List.copyOf(known.handles), dropped);
      touched = work.takeTouched();
    }
    end(dropped, touched);
  }

  /** How many locks are held or pending. */
  public int count() {
    synchronized (monitor) {
      return connections.values().stream().mapToInt(LockConnection::count).sum();
    }
  }

  /** How many claims were examined since the start. */
  long steps() {
    synchronized (monitor) {
      return work.steps();
    }
  }

  /** Withdraws a request, unless it was granted; in that case its future completes now. */
  boolean withdraw(LockRequest request) {
    LockRequest.State before;
    Set<LockedFile> touched = Set.of();
    synchronized (monitor) {
      before = request.state;
      if (before == LockRequest.State.PENDING) {
        request.file.drop(request);
        forgetIfIdle(request.file, request.owner, request.handle);
        touched = work.takeTouched();
      }
    }
    if (before == LockRequest.State.GRANTED) {
      request.future.granted();
    }
    settle(touched);
    return before == LockRequest.State.PENDING;
  }

  /** Drops everything in one step, so that no request of a dropped handle is granted meanwhile. */
  private void drop(List<LockHandle> gone, List<LockRequest> dropped) {
    for (LockHandle handle : gone) {
      for (LockRequest request : List.copyOf(handle.requests)) {
        request.file.drop(request);
        dropped.add(request);
        forgetIfIdle(request.file, request.owner, handle);
      }
      for (Segment segment : List.copyOf(handle.segments)) {
        segment.file.apply(segment.owner, new LockedFile.Change(List.of(segment), List.of()));
        forgetIfIdle(segment.file, segment.owner, handle);
      }
    }
  }

  private void end(List<LockRequest> dropped, Set<LockedFile> touched) {
    dropped.forEach(request -> request.future.dropped());
    settle(touched);
  }

  private void take(Wanted wanted, Kind kind, Range range) throws FsException {
    LockedFile.Change change =
        wanted.file.plan(wanted.owner, wanted.handle, kind, range.start(), range.last());
    checkLimit(wanted.owner.connection, change.growth());
    change(wanted.file, wanted.owner, change);
  }

  private boolean isTooMuch(LockConnection connection, int growth) {
    int pooled = connection.pooled(growth);
    return growth > 0
        && (connection.count() + growth > limit || (pooled > 0 && work.pooled + pooled > pool));
  }

  private void checkLimit(LockConnection connection, int growth) throws FsException {
    if (isTooMuch(connection, growth)) {
      throw new FsException(
          Errno.ENOLCK,
          "the connection has %d locks, all connections have %d in the shared pool"
              .formatted(connection.count(), work.pooled));
    }
  }

  private void change(LockedFile file, LockOwner owner, LockedFile.Change change) {
    file.apply(owner, change);
    change.removed().forEach(segment -> forgetIfIdle(file, owner, segment.handle));
    owner.connection.forgetIfIdle(owner);
    forgetIfIdle(file);
  }

  /** Grants all requests that can be granted in files that have changed. */
  private void settle(Set<LockedFile> touched) {
    Set<LockedFile> unsettled = touched;
    while (!unsettled.isEmpty()) {
      List<LockFuture> granted = new ArrayList<>();
      synchronized (monitor) {
        unsettled = settleSome(new LinkedHashSet<>(unsettled), granted);
      }
      Completions.run(granted);
    }
  }

  private Set<LockedFile> settleSome(Set<LockedFile> unsettled, List<LockFuture> granted) {
    for (int i = 0; i < LOT && !unsettled.isEmpty(); i++) {
      LockedFile file = unsettled.iterator().next();
      LockedFile.Granted done = file.hasWoken() ? file.lookAgain() : null;
      if (done != null) {
        granted.add(done.request().future);
        done.change().removed().forEach(segment -> forgetIfIdle(segment.handle));
      }
      if (!file.hasWoken()) {
        unsettled.remove(file);
      }
      unsettled.addAll(work.takeTouched());
    }
    return unsettled;
  }

  private void forgetIfIdle(LockedFile file, LockOwner owner, LockHandle handle) {
    forgetIfIdle(handle);
    owner.connection.forgetIfIdle(owner);
    forgetIfIdle(file);
  }

  private void forgetIfIdle(LockedFile file) {
    if (file.isIdle()) {
      files.remove(file.fileId, file);
    }
  }

  private void forgetIfIdle(LockHandle handle) {
    if (handle.isIdle()) {
      handles.remove(handle.identity, handle);
      handle.connection.handles.remove(handle);
      if (handle.connection.handles.isEmpty()) {
        connections.remove(handle.connection.identity);
      }
    }
  }

  /** The objects for a request, created if they do not exist. */
  private final class Wanted {
    final LockedFile file;
    final LockOwner owner;
    final LockHandle handle;

    Wanted(long fileId, Owner requester, Object handleIdentity) throws FsException {
      if (requester.client().length() > MAX_CLIENT_NAME) {
        throw new FsException(Errno.ENAMETOOLONG, "the client's name for itself is too long");
      }
      file = files.computeIfAbsent(fileId, id -> new LockedFile(id, work));
      LockConnection connection =
          connections.computeIfAbsent(
              requester.connection(), identity -> new LockConnection(identity, work));
      owner = connection.owner(requester);
      handle =
          handles.computeIfAbsent(handleIdentity, identity -> new LockHandle(identity, connection));
      connection.handles.add(handle);
    }

    void forgetIfIdle() {
      ByteRangeLocks.this.forgetIfIdle(file, owner, handle);
    }
  }
}
