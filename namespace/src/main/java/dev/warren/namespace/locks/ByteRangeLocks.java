package dev.warren.namespace.locks;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.frontend.FileLocks;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link FileLocks} with the rules of fcntl(2), in memory.
 *
 * <p>{@link #tryLock} looks at held locks only, as F_SETLK does, so that it succeeds where {@link
 * #conflict} finds nothing. Wishes ({@link #lock}) are granted in the order in which they were
 * made: one that conflicts with an earlier one waits for its turn even if it could be granted, so
 * that no stream of shared locks starves a writer. A turn is not waited for where that would close
 * a circle; EDEADLK means held locks alone, and is found when a wish is made, as in Linux.
 *
 * <p>Locks that were taken with different handles are kept apart even where they touch, so that
 * each goes with its handle.
 *
 * <p>One monitor guards everything, for as long as a look at the locks of one file takes; the graph
 * of waits spans files. Futures complete after it was left, one after the other, on a thread that
 * made way.
 */
public final class ByteRangeLocks implements FileLocks {
  /** How many locks a connection may hold and wait for, unless said otherwise. */
  public static final int DEFAULT_LIMIT = 65_536;

  private static final Logger log = LoggerFactory.getLogger(ByteRangeLocks.class);

  private final int limit;
  private final Object monitor = new Object();
  private final Map<Long, LockedFile> files = new HashMap<>();
  private final IdentityHashMap<Object, LockConnection> connections = new IdentityHashMap<>();
  private final IdentityHashMap<Object, LockHandle> handles = new IdentityHashMap<>();
  private final Deque<LockWish> granted = new ArrayDeque<>();
  private boolean completing;

  /** Locks with {@link #DEFAULT_LIMIT}. */
  public ByteRangeLocks() {
    this(DEFAULT_LIMIT);
  }

  /**
   * Locks.
   *
   * @param limit how many a connection may hold and wait for; past it ENOLCK. A wish that is
   *     granted may split the owner's other locks past it.
   */
  public ByteRangeLocks(int limit) {
    this.limit = limit;
  }

  @Override
  public boolean tryLock(long fileId, Owner owner, Object handle, Kind kind, Range range)
      throws FsException {
    synchronized (monitor) {
      Wanted wanted = new Wanted(fileId, owner, handle);
      try {
        if (wanted.file.hasConflict(wanted.owner, kind, range.start(), range.last())) {
          return false;
        }
        take(wanted, kind, range);
      } finally {
        wanted.forgetIfIdle();
      }
    }
    completeGranted();
    return true;
  }

  @Override
  public CompletableFuture<Void> lock(
      long fileId, Owner owner, Object handle, Kind kind, Range range) throws FsException {
    LockWish wish;
    synchronized (monitor) {
      Wanted wanted = new Wanted(fileId, owner, handle);
      try {
        wish =
            new LockWish(
                this, wanted.file, wanted.owner, wanted.handle, kind, range.start(), range.last());
        if (mayGo(wish)) {
          take(wanted, kind, range);
          wish.pending = false;
        } else if (WaitGraph.isDeadlock(wish)) {
          throw new FsException(Errno.EDEADLK);
        } else {
          checkLimit(wanted.owner.connection, 1);
          enqueue(wish);
        }
      } finally {
        wanted.forgetIfIdle();
      }
      if (!wish.pending) {
        wish.granted(); // nobody has it yet, so nothing runs here
      }
    }
    completeGranted();
    return wish;
  }

  @Override
  public void unlock(long fileId, Owner owner, Range range) {
    synchronized (monitor) {
      LockedFile file = files.get(fileId);
      LockConnection connection = connections.get(owner.connection());
      if (file == null || connection == null) {
        return;
      }
      LockOwner known = connection.owner(owner);
      LockedFile.Change change = file.planUnlock(known, range.start(), range.last());
      if (change.growth() > 0 && connection.count >= limit) {
        warn(connection);
        return;
      }
      change(file, known, change);
    }
    completeGranted();
  }

  /** Unlocking has no error to answer with; what would break the bound stays locked. */
  private void warn(LockConnection connection) {
    if (!connection.warned) {
      connection.warned = true;
      log.warn(
          "{} has {} locks and splits one by unlocking part of it: left locked",
          connection.identity,
          connection.count);
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
      LockOwner known = connection == null ? null : connection.owner(owner);
      List<Segment> conflicts = new ArrayList<>();
      file.conflicts(known, kind, range.start(), range.last(), conflicts::add);
      if (known != null) {
        known.connection.forgetIfIdle(known);
      }
      return conflicts.stream()
          .min(Comparator.comparingLong((Segment segment) -> segment.start))
          .map(Segment::asHeld);
    }
  }

  @Override
  public void release(Object handle) {
    List<LockWish> dropped = new ArrayList<>();
    synchronized (monitor) {
      LockHandle known = handles.get(handle);
      if (known == null) {
        return;
      }
      drop(List.of(known), dropped);
    }
    end(dropped);
  }

  @Override
  public void releaseConnection(Object connection) {
    List<LockWish> dropped = new ArrayList<>();
    synchronized (monitor) {
      LockConnection known = connections.get(connection);
      if (known == null) {
        return;
      }
      drop(List.copyOf(known.handles), dropped);
    }
    end(dropped);
  }

  /** How many locks are held and waited for. */
  public int count() {
    synchronized (monitor) {
      return connections.values().stream().mapToInt(connection -> connection.count).sum();
    }
  }

  /** Takes a wish back, unless it was granted. */
  boolean withdraw(LockWish wish) {
    synchronized (monitor) {
      if (!wish.pending) {
        return false;
      }
      remove(wish);
      grant(wish.file);
      forgetIfIdle(wish.file, wish.owner, wish.handle);
    }
    completeGranted();
    return true;
  }

  /** All at once, so that no wish of a dropped handle is granted on the way. */
  private void drop(List<LockHandle> gone, List<LockWish> dropped) {
    Set<LockedFile> changed = Collections.newSetFromMap(new IdentityHashMap<>());
    for (LockHandle handle : gone) {
      for (LockWish wish : List.copyOf(handle.wishes)) {
        remove(wish);
        dropped.add(wish);
        changed.add(wish.file);
        forgetIfIdle(wish.file, wish.owner, handle);
      }
      for (Segment segment : List.copyOf(handle.segments)) {
        segment.file.apply(segment.owner, new LockedFile.Change(List.of(segment), List.of()));
        changed.add(segment.file);
        forgetIfIdle(segment.file, segment.owner, handle);
      }
    }
    changed.forEach(this::grant);
  }

  private void end(List<LockWish> dropped) {
    dropped.forEach(LockWish::dropped);
    completeGranted();
  }

  private void take(Wanted wanted, Kind kind, Range range) throws FsException {
    LockedFile.Change change =
        wanted.file.plan(wanted.owner, wanted.handle, kind, range.start(), range.last());
    checkLimit(wanted.owner.connection, change.growth());
    change(wanted.file, wanted.owner, change);
  }

  private void checkLimit(LockConnection connection, int growth) throws FsException {
    if (growth > 0 && connection.count + growth > limit) {
      throw new FsException(Errno.ENOLCK, "the connection has " + connection.count + " locks");
    }
  }

  private void change(LockedFile file, LockOwner owner, LockedFile.Change change) {
    file.apply(owner, change);
    grant(file);
    change.removed().forEach(segment -> forgetIfIdle(file, owner, segment.handle));
    owner.connection.forgetIfIdle(owner);
    forgetIfIdle(file);
  }

  private void enqueue(LockWish wish) {
    wish.file.queue.add(wish);
    wish.owner.wishes.add(wish);
    wish.handle.wishes.add(wish);
    wish.owner.add(1);
    // Nobody can be waiting for an owner that has nothing else, nor yet for this wish's turn.
    if (wish.owner.count > 1 && WaitGraph.waitsFor(wish, wish.owner)) {
      // A circle that holds only because somebody keeps to their turn: they need not any more.
      Set<LockedFile> waitedFor = new LinkedHashSet<>();
      files.values().stream().filter(file -> !file.queue.isEmpty()).forEach(waitedFor::add);
      waitedFor.forEach(this::grant);
    }
  }

  private void remove(LockWish wish) {
    wish.pending = false;
    wish.file.queue.remove(wish);
    wish.owner.wishes.remove(wish);
    wish.handle.wishes.remove(wish);
    wish.owner.add(-1);
  }

  private static boolean mayGo(LockWish wish) {
    if (wish.file.hasConflict(wish.owner, wish.kind, wish.start, wish.last)) {
      return false;
    }
    for (LockWish earlier : wish.file.queue) {
      if (earlier == wish) {
        break;
      }
      if (earlier.conflictsWith(wish) && !WaitGraph.waitsFor(earlier, wish.owner)) {
        return false;
      }
    }
    return true;
  }

  /** Grants what can be granted now, until there is no more. */
  private void grant(LockedFile file) {
    boolean again = !file.queue.isEmpty();
    while (again) {
      again = false;
      for (LockWish wish : List.copyOf(file.queue)) {
        if (mayGo(wish)) {
          remove(wish);
          LockedFile.Change change =
              file.plan(wish.owner, wish.handle, wish.kind, wish.start, wish.last);
          file.apply(wish.owner, change);
          change.removed().forEach(segment -> forgetIfIdle(segment.handle));
          granted.add(wish);
          again = true;
        }
      }
    }
  }

  /**
   * Completes what was granted, outside of the monitor. One thread at a time does it for all: what
   * continues on a future may unlock and so grant the next, which must not grow the stack.
   */
  private void completeGranted() {
    synchronized (monitor) {
      if (completing || granted.isEmpty()) {
        return;
      }
      completing = true;
    }
    for (LockWish wish = nextGranted(); wish != null; wish = nextGranted()) {
      wish.granted();
    }
  }

  private @Nullable LockWish nextGranted() {
    synchronized (monitor) {
      LockWish wish = granted.poll();
      completing = wish != null;
      return wish;
    }
  }

  private void forgetIfIdle(LockedFile file, LockOwner owner, LockHandle handle) {
    forgetIfIdle(handle);
    owner.connection.forgetIfIdle(owner);
    forgetIfIdle(file);
  }

  private void forgetIfIdle(LockedFile file) {
    if (file.isIdle()) {
      files.remove(file.fileId);
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

  /** The objects for a request, made where they are missing. */
  private final class Wanted {
    final LockedFile file;
    final LockOwner owner;
    final LockHandle handle;

    Wanted(long fileId, Owner requester, Object handleIdentity) {
      file = files.computeIfAbsent(fileId, LockedFile::new);
      LockConnection connection =
          connections.computeIfAbsent(requester.connection(), LockConnection::new);
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
