package dev.warren.gptfs.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Where in the journal the newest version of everything lies. The journal's lock guards it. */
final class Index {
  private final Map<String, Stored> jobs = new HashMap<>();
  private final Map<String, Integer> unfinished = new HashMap<>();
  private long liveBytes;

  /** A piece of a segment. */
  record Location(int segment, long offset, int length) {}

  private static final class Stored {
    private @Nullable Location description;
    private final Map<Integer, Location> parts = new HashMap<>();
  }

  /** What an entry changes. */
  void apply(int segment, long offset, Entry.Encoded encoded) {
    Entry entry = encoded.entry();
    switch (entry.kind()) {
      case JOB -> applyJob(segment, offset, encoded);
      case DELETED -> delete(entry.key());
      case FILE -> {
        if (entry.flag()) {
          unfinished.put(entry.key(), segment);
        } else {
          unfinished.remove(entry.key());
        }
      }
    }
  }

  private void applyJob(int segment, long offset, Entry.Encoded encoded) {
    Entry entry = encoded.entry();
    Stored stored = jobs.get(entry.key());
    if (stored == null) {
      if (entry.description() == null) {
        return; // a part of a job that was deleted meanwhile
      }
      stored = new Stored();
      jobs.put(entry.key(), stored);
    }
    if (entry.flag()) {
      stored.parts.values().forEach(part -> liveBytes -= part.length());
      stored.parts.clear();
    }
    byte[] description = entry.description();
    if (description != null) {
      Location old = stored.description;
      liveBytes += description.length - (old == null ? 0 : old.length());
      stored.description =
          new Location(segment, offset + encoded.descriptionAt(), description.length);
    }
    for (Map.Entry<Integer, int[]> part : encoded.partsAt().entrySet()) {
      int[] at = part.getValue();
      Location old = stored.parts.put(part.getKey(), new Location(segment, offset + at[0], at[1]));
      liveBytes += at[1] - (old == null ? 0 : old.length());
    }
  }

  private void delete(String id) {
    Stored stored = jobs.remove(id);
    if (stored != null) {
      stored.parts.values().forEach(part -> liveBytes -= part.length());
      liveBytes -= stored.description == null ? 0 : stored.description.length();
    }
  }

  @Nullable Location part(String id, int part) {
    Stored stored = jobs.get(id);
    return stored == null ? null : stored.parts.get(part);
  }

  @Nullable Location description(String id) {
    Stored stored = jobs.get(id);
    return stored == null ? null : stored.description;
  }

  Set<Integer> parts(String id) {
    Stored stored = jobs.get(id);
    return stored == null ? Set.of() : new TreeSet<>(stored.parts.keySet());
  }

  boolean has(String id) {
    return jobs.containsKey(id);
  }

  List<String> ids() {
    return new ArrayList<>(jobs.keySet());
  }

  Set<String> unfinished() {
    return new HashSet<>(unfinished.keySet());
  }

  boolean isUnfinished(String path) {
    return unfinished.containsKey(path);
  }

  /** Whether a file's mark lies in a segment. */
  boolean isUnfinishedIn(String path, int segment) {
    return unfinished.getOrDefault(path, -1) == segment;
  }

  /** Bytes that something still needs, headers apart. */
  long liveBytes() {
    return liveBytes;
  }
}
