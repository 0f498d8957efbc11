package dev.warren.gptfs.job;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the jobs whose objects are in use by their id, their file and their names in the outbox. It
 * holds weak references, and does not find lost jobs. Names in the outbox are compared as they are
 * given here; each belongs to one job. Not thread-safe.
 */
final class JobIndex {
  /** Ends the range of the names below a directory. */
  private static final char AFTER_SLASH = '/' + 1;

  private final Map<String, Known> byId = new HashMap<>();
  private final Map<String, Known> bySource = new HashMap<>();
  private final NavigableMap<String, Known> byBase = new TreeMap<>();
  private final ReferenceQueue<Job> forgotten = new ReferenceQueue<>();

  /** A job whose object is in use, or was a moment ago. */
  private static final class Known extends WeakReference<Job> {
    private final String id;
    private String source;
    private @Nullable String base;

    Known(Job job, ReferenceQueue<Job> queue) {
      super(job, queue);
      id = job.record().id();
      source = job.record().source();
    }
  }

  @Nullable Job byId(String id) {
    return get(byId, id);
  }

  @Nullable Job bySource(String source) {
    return get(bySource, source);
  }

  @Nullable Job byBase(String base) {
    return get(byBase, base);
  }

  private @Nullable Job get(Map<String, Known> index, String key) {
    for (Reference<? extends Job> gone = forgotten.poll(); gone != null; gone = forgotten.poll()) {
      if (gone instanceof Known known) {
        byId.remove(known.id, known);
        bySource.remove(known.source, known);
        if (known.base != null) {
          byBase.remove(known.base, known);
        }
      }
    }
    Known known = index.get(key);
    Job job = known == null ? null : known.get();
    return job == null || job.isLost() ? null : job;
  }

  /** All jobs, including lost ones, in no order. */
  List<Job> all() {
    return jobs(byId.values());
  }

  /** The jobs whose names in the outbox are below a directory, including lost ones. */
  List<Job> basesBelow(String directory) {
    return jobs(byBase.subMap(directory + "/", directory + AFTER_SLASH).values());
  }

  private static List<Job> jobs(Iterable<Known> some) {
    List<Job> jobs = new ArrayList<>();
    for (Known known : some) {
      Job job = known.get();
      if (job != null) {
        jobs.add(job);
      }
    }
    return jobs;
  }

  /** The jobs whose files begin with a prefix, by their files, including lost ones. */
  Map<String, Job> sources(String prefix) {
    Map<String, Job> jobs = new LinkedHashMap<>();
    for (Known known : bySource.values()) {
      Job job = known.get();
      if (job != null && known.source.startsWith(prefix)) {
        jobs.put(known.source, job);
      }
    }
    return jobs;
  }

  /** Adds a job by its id and its file; replaces another job that has these. */
  void add(Job job) {
    Known known = new Known(job, forgotten);
    byId.put(known.id, known);
    bySource.put(known.source, known);
  }

  /** Whether a lookup by the job's id returns this object. */
  boolean has(Job job) {
    Known known = byId.get(job.record().id());
    return known != null && known.get() == job;
  }

  /** Sets the file of a job. */
  void source(Job job, String source) {
    Known known = known(job);
    bySource.remove(known.source, known);
    known.source = source;
    bySource.put(source, known);
  }

  /** The names in the outbox by which a job is found; null if it has none. */
  @Nullable String base(Job job) {
    return known(job).base;
  }

  /** Sets the names of a job in the outbox; null if it has none. */
  void base(Job job, @Nullable String base) {
    Known known = known(job);
    if (known.base != null) {
      byBase.remove(known.base, known);
    }
    known.base = base;
    if (base != null) {
      byBase.put(base, known);
    }
  }

  /** Removes a job, which is still found by its id as long as its row may exist. */
  void remove(Job job) {
    Known known = known(job);
    bySource.remove(known.source, known);
    base(job, null);
  }

  /** Every job whose object is in use is here until it is removed. */
  private Known known(Job job) {
    Known known = byId.get(job.record().id());
    if (known == null) {
      throw new IllegalStateException("the job " + job.record().id() + " is not in the table");
    }
    return known;
  }
}
