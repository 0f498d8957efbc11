package dev.warren.namespace.locks;

import dev.warren.api.frontend.FileLocks.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The locks on one file and who waits for some. One owner's segments never overlap, so they are
 * kept by their start. Guarded by {@link ByteRangeLocks}.
 */
final class LockedFile {
  final long fileId;
  final Set<LockWish> queue = new LinkedHashSet<>();
  private final Map<LockOwner, NavigableMap<Long, Segment>> held = new LinkedHashMap<>();

  LockedFile(long fileId) {
    this.fileId = fileId;
  }

  boolean isIdle() {
    return queue.isEmpty() && held.isEmpty();
  }

  /** The first conflicting segment of each other owner. */
  void conflicts(
      @Nullable LockOwner owner, Kind kind, long start, long last, Consumer<Segment> consumer) {
    held.forEach(
        (other, segments) -> {
          if (other != owner) {
            Segment conflict = firstConflict(segments, kind, start, last);
            if (conflict != null) {
              consumer.accept(conflict);
            }
          }
        });
  }

  boolean hasConflict(LockOwner owner, Kind kind, long start, long last) {
    for (Map.Entry<LockOwner, NavigableMap<Long, Segment>> entry : held.entrySet()) {
      if (entry.getKey() != owner && firstConflict(entry.getValue(), kind, start, last) != null) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Segment firstConflict(
      NavigableMap<Long, Segment> segments, Kind kind, long start, long last) {
    for (Segment segment : overlapping(segments, start, last)) {
      if (segment.conflictsWith(kind)) {
        return segment;
      }
    }
    return null;
  }

  private static Collection<Segment> overlapping(
      NavigableMap<Long, Segment> segments, long start, long last) {
    Map.Entry<Long, Segment> before = segments.floorEntry(start);
    boolean reaches = before != null && before.getValue().last >= start;
    long from = reaches ? before.getKey() : start;
    return segments.subMap(from, true, last, true).values();
  }

  /** What is to go and to come when an owner's bytes change. */
  record Change(List<Segment> removed, List<Segment> added) {
    int growth() {
      return added.size() - removed.size();
    }
  }

  /** What it takes to give an owner a lock on some bytes. */
  Change plan(LockOwner owner, LockHandle handle, Kind kind, long start, long last) {
    Change change = new Change(new ArrayList<>(), new ArrayList<>());
    long joinedStart = start;
    long joinedLast = last;
    NavigableMap<Long, Segment> segments = held.get(owner);
    if (segments != null) {
      // One byte more at each end, to join what touches.
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

  /** What it takes to leave an owner no lock on some bytes. */
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
    }
    for (Segment segment : change.added()) {
      segments.put(segment.start, segment);
      segment.handle.segments.add(segment);
    }
    if (segments.isEmpty()) {
      held.remove(owner);
    }
    owner.add(change.growth());
  }
}
