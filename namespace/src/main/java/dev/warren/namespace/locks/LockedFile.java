package dev.warren.namespace.locks;

import dev.warren.frontend.FileLocks.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The held locks of one file and the requests that wait for them. The segments of one owner never
 * overlap, so they are ordered by their start. Guarded by {@link ByteRangeLocks}.
 *
 * <p>A request waits for one conflicting claim at a time, and searches for another one when that
 * claim is removed: the cost of a change depends on the number of requests that wait for the
 * changed claims, not on the number of all waiting requests.
 */
final class LockedFile {
  /** How many claims may be examined to find an earlier conflicting request. */
  private static final int ORDER_BUDGET = 1_000;

  final long fileId;
  private final Work work;
  private final IdentityHashMap<LockOwner, NavigableMap<Long, Segment>> held =
      new IdentityHashMap<>();

  /**
   * Segments for which a request waits or has waited; all that conflict with a pending request are
   * among them.
   */
  private final ClaimTree awaited;

  /** The other segments. */
  private final ClaimTree free;

  /** The pending requests. */
  private final ClaimTree queue;

  /**
   * Pending requests that must search for a conflicting claim again, in the order in which they
   * were made.
   */
  private final NavigableSet<LockRequest> woken =
      new TreeSet<>(Comparator.comparingLong((LockRequest request) -> request.number));

  LockedFile(long fileId, Work work) {
    this.fileId = fileId;
    this.work = work;
    awaited = new ClaimTree(work);
    free = new ClaimTree(work);
    queue = new ClaimTree(work);
  }

  Work work() {
    return work;
  }

  boolean isIdle() {
    return queue.isEmpty() && held.isEmpty();
  }

  /** Returns a conflicting lock, if any. */
  @Nullable Claim conflict(@Nullable LockOwner owner, Kind kind, long start, long last) {
    Claim found = awaited.any(owner, kind, start, last);
    return found == null ? free.any(owner, kind, start, last) : found;
  }

  /** Returns the conflicting lock with the smallest start, if any. */
  Optional<Segment> firstConflict(@Nullable LockOwner owner, Kind kind, long start, long last) {
    List<Segment> firsts = new ArrayList<>();
    for (ClaimTree tree : List.of(awaited, free)) {
      var _ =
          tree.forEach(
              owner,
              kind,
              start,
              last,
              claim -> {
                firsts.add((Segment) claim);
                return false;
              });
    }
    return firsts.stream().min(Comparator.comparingLong(segment -> segment.start));
  }

  /**
   * Passes the conflicting locks to a visitor until it returns false.
   *
   * @param more returns whether to continue
   */
  void forEachConflict(
      @Nullable LockOwner owner, Kind kind, long start, long last, Predicate<Claim> more) {
    if (awaited.forEach(owner, kind, start, last, more)) {
      var _ = free.forEach(owner, kind, start, last, more);
    }
  }

  private static Collection<Segment> overlapping(
      NavigableMap<Long, Segment> segments, long start, long last) {
    Map.Entry<Long, Segment> before = segments.floorEntry(start);
    boolean reaches = before != null && before.getValue().last >= start;
    long from = reaches ? before.getKey() : start;
    return segments.subMap(from, true, last, true).values();
  }

  /** The segments to remove and to add when an owner's locks change. */
  record Change(List<Segment> removed, List<Segment> added) {
    int growth() {
      return added.size() - removed.size();
    }
  }

  /** Returns the change that gives an owner a lock on some bytes. */
  Change plan(LockOwner owner, LockHandle handle, Kind kind, long start, long last) {
    Change change = new Change(new ArrayList<>(), new ArrayList<>());
    long joinedStart = start;
    long joinedLast = last;
    NavigableMap<Long, Segment> segments = held.get(owner);
    if (segments != null) {
      // Extended by one byte at each end, to join adjacent segments.
      long reachStart = Math.max(0, start - 1);
      long reachLast = last == Long.MAX_VALUE ? last : last + 1;
      for (Segment old : overlapping(segments, reachStart, reachLast)) {
        if (old.joins(handle, kind)) {
          joinedStart = Math.min(joinedStart, old.start);
          joinedLast = Math.max(joinedLast, old.last);
          change.removed.add(old);
        } else if (old.start <= last && start <= old.last) {
          cut(old, start, last, change);
        }
      }
    }
    change.added.add(new Segment(this, owner, handle, kind, joinedStart, joinedLast));
    return change;
  }

  /** Returns the change that removes an owner's locks from some bytes. */
  Change planUnlock(LockOwner owner, long start, long last) {
    Change change = new Change(new ArrayList<>(), new ArrayList<>());
    NavigableMap<Long, Segment> segments = held.get(owner);
    if (segments != null) {
      overlapping(segments, start, last).forEach(old -> cut(old, start, last, change));
    }
    return change;
  }

  private static void cut(Segment old, long start, long last, Change change) {
    change.removed.add(old);
    if (old.start < start) {
      change.added.add(old.between(old.start, start - 1));
    }
    if (old.last > last) {
      change.added.add(old.between(last + 1, old.last));
    }
  }

  void apply(LockOwner owner, Change change) {
    NavigableMap<Long, Segment> segments = held.computeIfAbsent(owner, key -> new TreeMap<>());
    for (Segment segment : change.removed()) {
      segments.remove(segment.start);
      segment.handle.segments.remove(segment);
      if (segment.awaited) {
        awaited.remove(segment);
        owner.notAwaited();
      } else {
        free.remove(segment);
      }
    }
    for (Segment segment : change.added()) {
      segments.put(segment.start, segment);
      segment.handle.segments.add(segment);
      if (queue.any(owner, segment.kind, segment.start, segment.last) == null) {
        free.add(segment);
      } else {
        await(segment);
      }
    }
    if (segments.isEmpty()) {
      held.remove(owner);
    }
    owner.add(change.growth());
    change.removed().forEach(segment -> passWaiters(segment, change.added()));
  }

  private void await(Segment segment) {
    segment.awaited = true;
    awaited.add(segment);
    segment.owner.awaited();
  }

  /** Requests that waited for a removed claim now wait for its replacement, or search again. */
  private void passWaiters(Claim gone, List<Segment> heirs) {
    for (LockRequest request : gone.takeWaiters()) {
      work.step();
      Segment heir = null;
      for (Segment candidate : heirs) {
        heir = candidate.conflictsWith(request) ? candidate : heir;
      }
      if (heir == null) {
        wake(request);
      } else {
        request.waitFor(heir);
      }
    }
  }

  /** Marks a pending request to search again, at the next {@link #lookAgain}. */
  void wake(LockRequest request) {
    request.stopWaiting();
    woken.add(request);
    work.touch(this);
  }

  /** Returns a claim that prevents a request from being granted: an earlier request or a lock. */
  @Nullable Claim blocker(LockRequest request) {
    Claim earlier = request.owner.waitsInOrder() ? queue.earlier(request, ORDER_BUDGET) : null;
    return earlier == null
        ? conflict(request.owner, request.kind, request.start, request.last)
        : earlier;
  }

  /** Adds a request that must wait. */
  void enqueue(LockRequest request, Claim blocker) {
    List<Segment> conflicting = new ArrayList<>();
    var _ =
        free.forEach(
            request.owner,
            request.kind,
            request.start,
            request.last,
            claim -> conflicting.add((Segment) claim));
    queue.add(request);
    request.owner.requests.add(request);
    request.handle.requests.add(request);
    request.owner.add(1);
    request.waitFor(blocker);
    for (Segment segment : conflicting) {
      free.remove(segment);
      await(segment);
    }
  }

  /** Removes a request that is no longer to be granted. */
  void drop(LockRequest request) {
    remove(request, LockRequest.State.DROPPED);
    passWaiters(request, List.of());
  }

  private void remove(LockRequest request, LockRequest.State state) {
    request.state = state;
    request.stopWaiting();
    woken.remove(request);
    queue.remove(request);
    request.owner.requests.remove(request);
    request.handle.requests.remove(request);
    request.owner.add(-1);
  }

  /** Whether any requests must search again. */
  boolean hasWoken() {
    return !woken.isEmpty();
  }

  /**
   * Lets the first of the marked requests search again.
   *
   * @return the change that granted it; null if it continues to wait
   */
  @Nullable Granted lookAgain() {
    LockRequest request = woken.removeFirst();
    Claim blocker = blocker(request);
    if (blocker != null) {
      request.waitFor(blocker);
      return null;
    }
    remove(request, LockRequest.State.GRANTED);
    Change change = plan(request.owner, request.handle, request.kind, request.start, request.last);
    apply(request.owner, change);
    passWaiters(request, change.added());
    return new Granted(request, change);
  }

  /** A request that has been granted, and the change that granted it. */
  record Granted(LockRequest request, Change change) {}
}
