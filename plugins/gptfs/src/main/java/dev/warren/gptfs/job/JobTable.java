package dev.warren.gptfs.job;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of this process by their file and by their names in the outbox. Thread-safe.
 *
 * <p>Names in the outbox belong to one job each, compared in NFC: two files that a Mac shows under
 * one name do not overwrite each other's answers.
 */
public final class JobTable {
  private final boolean fullNames;
  private final ConcurrentHashMap<String, Job> bySource = new ConcurrentHashMap<>();
  private final NavigableMap<String, Job> byBase = new TreeMap<>();

  /**
   * An empty table.
   *
   * @param fullNames whether names in the outbox keep the file's extension
   */
  public JobTable(boolean fullNames) {
    this.fullNames = fullNames;
  }

  /** The job of a file. */
  public @Nullable Job bySource(String source) {
    return bySource.get(source);
  }

  /** The job that names in the outbox belong to. */
  public synchronized @Nullable Job byBase(String base) {
    return byBase.get(fold(base));
  }

  /** All jobs, in no order. */
  public Collection<Job> all() {
    return bySource.values();
  }

  /** The jobs whose files are below a directory. */
  public List<Job> below(String directory) {
    String prefix = directory + "/";
    return bySource.values().stream()
        .filter(job -> job.record().source().startsWith(prefix))
        .toList();
  }

  /** The jobs in one directory of the outbox, by their base names. */
  public synchronized List<Job> basesBelow(String directory) {
    String prefix = directory.isEmpty() ? "" : fold(directory) + "/";
    return new ArrayList<>(byBase.subMap(prefix, prefix + Character.MAX_VALUE).values());
  }

  /** The job of a file, made if it is not there. */
  public synchronized Job obtain(String source, Function<String, JobRecord> make) {
    Job job = bySource.get(source);
    if (job == null) {
      job = new Job(make.apply(freeBase(source)));
      bySource.put(source, job);
      byBase.put(fold(job.record().base()), job);
    }
    return job;
  }

  /** Adds a job from the journal. A name in the outbox that another one has stays with that. */
  public synchronized Job add(JobRecord record) {
    Job job = new Job(record);
    bySource.put(record.source(), job);
    if (record.state() != JobState.PURGED) {
      byBase.putIfAbsent(fold(record.base()), job);
    }
    return job;
  }

  /** Moves a job to another file. The caller holds its lock. */
  public synchronized void move(Job job, String source, boolean rename) {
    JobRecord old = job.record();
    bySource.remove(old.source(), job);
    if (rename) {
      byBase.remove(fold(old.base()), job);
    }
    String base = rename ? freeBase(source) : old.base();
    job.record(old.moved(source, base));
    bySource.put(source, job);
    if (rename) {
      byBase.put(fold(base), job);
    }
  }

  /**
   * Gives a job names in the outbox again after {@link #releaseBase}. The caller holds its lock.
   */
  public synchronized void obtainBase(Job job) {
    JobRecord old = job.record();
    if (byBase.get(fold(old.base())) != job) {
      String base = freeBase(old.source());
      job.record(old.moved(old.source(), base));
      byBase.put(fold(base), job);
    }
  }

  /** Frees a job's names in the outbox, not its file. */
  public synchronized void releaseBase(Job job) {
    byBase.remove(fold(job.record().base()), job);
  }

  /** Forgets a job. The caller holds its lock. */
  public synchronized void remove(Job job) {
    bySource.remove(job.record().source(), job);
    byBase.remove(fold(job.record().base()), job);
    job.remove();
  }

  private String freeBase(String source) {
    String stem = stem(source);
    if (!fullNames && !byBase.containsKey(fold(stem))) {
      return stem;
    }
    String base = source;
    for (int i = 2; byBase.containsKey(fold(base)); i++) {
      base = source + "~" + i;
    }
    return base;
  }

  private static String stem(String source) {
    int dot = source.lastIndexOf('.');
    return dot > source.lastIndexOf('/') + 1 ? source.substring(0, dot) : source;
  }

  private static String fold(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }
}
