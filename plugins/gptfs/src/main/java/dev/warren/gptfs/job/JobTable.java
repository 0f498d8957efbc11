package dev.warren.gptfs.job;

import dev.warren.api.FsException;
import dev.warren.gptfs.store.JobStore;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The jobs by their file and by their names in the outbox. Those that have not ended are in memory;
 * the others are rows of the store, read when somebody asks for one, and the same object for
 * everybody for as long as anybody has it. Thread-safe.
 *
 * <p>Names in the outbox belong to one job each, compared in NFC: two files that a Mac shows under
 * one name do not overwrite each other's answers.
 */
public final class JobTable {
  /** Ends the range of the names below a directory. */
  private static final char AFTER_SLASH = '/' + 1;

  private final boolean fullNames;
  private final JobStore store;
  private final Map<String, Known> byId = new HashMap<>();
  private final Map<String, Known> bySource = new HashMap<>();
  private final NavigableMap<String, Known> byBase = new TreeMap<>();
  private final ReferenceQueue<Job> forgotten = new ReferenceQueue<>();

  /** Keeps them in memory. */
  private final Set<Job> open = ConcurrentHashMap.newKeySet();

  private final Map<JobState, LongAdder> counts = new EnumMap<>(JobState.class);

  /** A job that somebody has, or had a moment ago. */
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

  /**
   * A table over a store.
   *
   * @param fullNames whether names in the outbox keep the file's extension
   */
  public JobTable(boolean fullNames, JobStore store) throws FsException {
    this.fullNames = fullNames;
    this.store = store;
    for (JobState state : JobState.values()) {
      counts.put(state, new LongAdder());
    }
    store.ended().forEach((state, count) -> counter(JobState.valueOf(state)).add(count));
  }

  /** How names in the outbox are compared. */
  static String fold(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  /** The job of a file. */
  public synchronized @Nullable Job bySource(String source) throws FsException {
    Job known = get(bySource, source);
    return known == null ? load(store.bySource(source)) : known;
  }

  /** The job that names in the outbox belong to. */
  public synchronized @Nullable Job byBase(String base) throws FsException {
    Job known = get(byBase, fold(base));
    return known == null ? load(store.byBase(fold(base))) : known;
  }

  /** All that have not ended, in no order. */
  public Collection<Job> open() {
    return List.copyOf(open);
  }

  /** How many there are in a state. */
  public long count(JobState state) {
    return counter(state).sum();
  }

  /** The jobs whose files are below a directory. */
  public synchronized List<Job> below(String directory) throws FsException {
    List<Job> found = new ArrayList<>();
    for (byte[] description : store.below(directory)) {
      Job loaded = load(description);
      if (loaded != null) {
        found.add(loaded);
      }
    }
    String prefix = directory + "/";
    for (Known known : List.copyOf(bySource.values())) {
      Job job = known.get();
      if (job != null && known.source.startsWith(prefix) && !found.contains(job)) {
        found.add(job);
      }
    }
    return found;
  }

  /** Whether jobs have their names below a directory of the outbox. */
  public synchronized boolean isAbove(String directory) throws FsException {
    String folded = fold(directory);
    for (Known known : byBase.subMap(folded + "/", folded + AFTER_SLASH).values()) {
      if (known.get() != null) {
        return true;
      }
    }
    // Those that somebody has are not where their rows say.
    String id = store.baseBelow(folded, found -> get(byId, found) == null);
    byte[] newest = id == null ? null : store.byId(id);
    return newest != null && fold(JobRecord.decode(newest).base()).startsWith(folded + "/");
  }

  /**
   * The files below a directory whose jobs have ended in a state; perhaps some more.
   *
   * @param directory all files if it is empty
   */
  public synchronized Set<String> ended(JobState state, String directory) throws FsException {
    Set<String> sources = new LinkedHashSet<>(store.ended(state.name(), directory));
    String prefix = directory.isEmpty() ? "" : directory + "/";
    for (Known known : bySource.values()) {
      Job job = known.get();
      if (job != null && job.record().state() == state && known.source.startsWith(prefix)) {
        sources.add(known.source);
      }
    }
    return sources;
  }

  /** The job of a file, made if it is not there. */
  public synchronized Job obtain(String source, Function<String, JobRecord> make)
      throws FsException {
    Job job = bySource(source);
    if (job == null) {
      job = keep(make.apply(freeBase(source)), true);
    }
    return job;
  }

  /** Adds a job from the store. A name in the outbox that another one has stays with that. */
  public synchronized Job add(JobRecord record) {
    Job known = get(byId, record.id());
    return known == null ? keep(record, !record.state().isEnded()) : known;
  }

  /**
   * @param news whether it is not among those that were counted as ended
   */
  private Job keep(JobRecord record, boolean news) {
    Job job = new Job(record, this::stepped);
    Known known = new Known(job, forgotten);
    byId.put(record.id(), known);
    bySource.put(record.source(), known);
    if (record.state() != JobState.PURGED && get(byBase, fold(record.base())) == null) {
      known.base = fold(record.base());
      byBase.put(known.base, known);
    }
    if (news && isCounted(record)) {
      counter(record.state()).increment();
    }
    if (!record.state().isEnded()) {
      open.add(job);
    }
    return job;
  }

  private LongAdder counter(JobState state) {
    return Objects.requireNonNull(counts.get(state), "one for each state");
  }

  /** A job that was just made is none before its first step. */
  private static boolean isCounted(JobRecord record) {
    return record.revision() > 0;
  }

  private void stepped(Job job, JobRecord before, @Nullable JobRecord next) {
    if (isCounted(before)) {
      counter(before.state()).decrement();
    }
    if (next != null && isCounted(next)) {
      counter(next.state()).increment();
    }
    if (next == null || next.state().isEnded()) {
      open.remove(job);
    } else if (before.state().isEnded()) {
      open.add(job);
    }
  }

  /**
   * What a row says, unless somebody has the job: then that knows better, and is not where the row
   * says it is, or gone.
   */
  private @Nullable Job load(byte @Nullable [] description) throws FsException {
    if (description == null) {
      return null;
    }
    JobRecord record = JobRecord.decode(description);
    if (get(byId, record.id()) != null) {
      return null;
    }
    // Nobody has it, so that all that was to be written about it is written by now.
    byte[] newest = store.byId(record.id());
    JobRecord now = newest == null ? null : JobRecord.decode(newest);
    return now != null && now.source().equals(record.source()) && now.base().equals(record.base())
        ? keep(now, false)
        : null;
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
    return known == null ? null : known.get();
  }

  private void setBase(Known known, @Nullable String base) {
    if (known.base != null) {
      byBase.remove(known.base, known);
    }
    known.base = base;
    if (base != null) {
      byBase.put(base, known);
    }
  }

  /** Every job that somebody has is here until it is removed. */
  private Known known(Job job) {
    Known known = byId.get(job.record().id());
    if (known == null) {
      throw new IllegalStateException("the job " + job.record().id() + " is not in the table");
    }
    return known;
  }

  /** Moves a job to another file. The caller holds its lock. */
  public synchronized void move(Job job, String source, boolean rename) throws FsException {
    JobRecord old = job.record();
    Known known = known(job);
    bySource.remove(known.source, known);
    if (rename) {
      setBase(known, null);
    }
    String base = rename ? freeBase(source) : old.base();
    job.record(old.moved(source, base));
    known.source = source;
    bySource.put(source, known);
    if (rename) {
      setBase(known, fold(base));
    }
  }

  /**
   * Gives a job names in the outbox again after {@link #releaseBase}. The caller holds its lock.
   */
  public synchronized void obtainBase(Job job) throws FsException {
    JobRecord old = job.record();
    Known known = known(job);
    if (!fold(old.base()).equals(known.base)) {
      String base = freeBase(old.source());
      job.record(old.moved(old.source(), base));
      setBase(known, fold(base));
    }
  }

  /** Frees a job's names in the outbox, not its file. */
  public synchronized void releaseBase(Job job) {
    setBase(known(job), null);
  }

  /** Forgets a job. The caller holds its lock. */
  public synchronized void remove(Job job) {
    Known known = known(job);
    bySource.remove(known.source, known);
    setBase(known, null);
    job.remove(); // it stays known by its id, for as long as its row may be there
  }

  /** The names that a file's answers may have, the usual one first. */
  public static List<String> bases(String source) {
    return List.of(stem(source), source, source + "~2", source + "~3", source + "~4");
  }

  private String freeBase(String source) throws FsException {
    String stem = stem(source);
    if (!fullNames && byBase(stem) == null) {
      return stem;
    }
    String base = source;
    for (int i = 2; byBase(base) != null; i++) {
      base = source + "~" + i;
    }
    return base;
  }

  private static String stem(String source) {
    int dot = source.lastIndexOf('.');
    return dot > source.lastIndexOf('/') + 1 ? source.substring(0, dot) : source;
  }
}
