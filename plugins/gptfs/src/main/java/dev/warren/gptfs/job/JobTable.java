package dev.warren.gptfs.job;

import dev.warren.api.FsException;
import dev.warren.gptfs.store.JobStore;
import dev.warren.gptfs.store.SharedJobs;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds jobs by their file and by their names in the outbox. Jobs that have not ended are in
 * memory; the others are rows of the store, read on demand. As long as a job's object is in use,
 * every lookup returns that object. Thread-safe.
 *
 * <p>Each name in the outbox belongs to one job. Names are compared in NFC, so that two files that
 * a Mac shows under one name do not overwrite each other's answers.
 */
public final class JobTable {
  private final boolean fullNames;
  private final JobStore store;
  private final JobIndex index = new JobIndex();

  /** Keeps in memory the jobs that have not ended; where hosts share jobs, those of this host. */
  private final Set<Job> open = ConcurrentHashMap.newKeySet();

  private final Map<JobState, LongAdder> counts = new EnumMap<>(JobState.class);
  private final @Nullable SharedJobs shared;
  private volatile Consumer<Job> whenLost = _ -> {};

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
    shared = store.shared();
    if (shared == null) {
      store.ended().forEach((state, count) -> counter(JobState.valueOf(state)).add(count));
    }
  }

  /**
   * Sets the listener that cleans up after a lost job. It is called by any thread and must not
   * block.
   */
  public void whenLost(Consumer<Job> listener) {
    whenLost = listener;
  }

  /** Whether other hosts share the store. */
  public boolean isShared() {
    return shared != null;
  }

  /** The form in which names in the outbox are compared: NFC. */
  public static String fold(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  /** The job of a file; null if there is none. */
  public synchronized @Nullable Job bySource(String source) throws FsException {
    Job known = index.bySource(source);
    if (isCurrent(known)) {
      return known;
    }
    Job loaded = load(store.bySource(source));
    return loaded == null ? ownedMeanwhile(index.bySource(source)) : loaded;
  }

  /** The job that names in the outbox belong to; null if there is none. */
  public synchronized @Nullable Job byBase(String base) throws FsException {
    String folded = fold(base);
    Job known = index.byBase(folded);
    if (isCurrent(known)) {
      return known;
    }
    Job loaded = load(store.byBase(folded));
    return loaded == null ? ownedMeanwhile(index.byBase(folded)) : loaded;
  }

  /** A job that this host came to own while its row was read, so that the row was not used. */
  private @Nullable Job ownedMeanwhile(@Nullable Job known) {
    return isCurrent(known) ? known : null;
  }

  /** Whether the row need not be read; other hosts may change jobs that this one does not own. */
  private boolean isCurrent(@Nullable Job known) {
    return known != null && (shared == null || known.isMine());
  }

  /** The jobs that have not ended, in no order; where hosts share them, those of this host. */
  public Collection<Job> open() {
    return List.copyOf(open);
  }

  /** How many jobs there are in each state. */
  public Map<JobState, Long> counts() throws FsException {
    Map<String, Long> all = shared == null ? Map.of() : shared.counts();
    Map<JobState, Long> result = new EnumMap<>(JobState.class);
    for (JobState state : JobState.values()) {
      result.put(state, shared == null ? counter(state).sum() : all.getOrDefault(state.name(), 0L));
    }
    return result;
  }

  /** The files of the jobs in a state, which must not be an ended one. */
  public List<String> open(JobState state) throws FsException {
    if (shared != null) {
      return shared.open(state.name());
    }
    return open.stream()
        .map(Job::record)
        .filter(record -> record.state() == state)
        .map(JobRecord::source)
        .toList();
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
    for (Job job : index.sources(prefix).values()) {
      if (isCurrent(job) && !found.contains(job)) {
        found.add(job);
      }
    }
    return found;
  }

  /** Whether jobs have their names below a directory of the outbox. */
  public synchronized boolean isAbove(String directory) throws FsException {
    String folded = fold(directory);
    if (index.basesBelow(folded).stream().anyMatch(this::isCurrent)) {
      return true;
    }
    // Rows of jobs in memory may be out of date, and are skipped.
    String id = store.baseBelow(folded, found -> !isCurrent(index.byId(found)));
    byte[] newest = id == null ? null : store.byId(id);
    return newest != null && fold(JobRecord.decode(newest).base()).startsWith(folded + "/");
  }

  /**
   * The files below a directory whose jobs have ended in a state; perhaps a few that have not.
   *
   * @param directory all files if it is empty
   */
  public synchronized Set<String> ended(JobState state, String directory) throws FsException {
    Set<String> sources = new LinkedHashSet<>(store.ended(state.name(), directory));
    String prefix = directory.isEmpty() ? "" : directory + "/";
    index
        .sources(prefix)
        .forEach(
            (source, job) -> {
              if (isCurrent(job) && job.record().state() == state) {
                sources.add(source);
              }
            });
    return sources;
  }

  /**
   * The job of a file, created if there is none.
   *
   * @param make makes the record of a new job from its base
   */
  public synchronized Job obtain(String source, Function<String, JobRecord> make)
      throws FsException {
    Job job = bySource(source);
    if (job == null) {
      job = keep(make.apply(freeBase(source)), true);
      if (shared != null) {
        job.isMadeHere();
      }
    }
    return job;
  }

  /**
   * Makes this host a job's owner, whichever host was; does nothing unless hosts share the store.
   * The caller holds the job's lock.
   *
   * @return false if the job was removed or is {@linkplain Job#lost() lost}
   */
  public boolean own(Job job) throws FsException {
    if (shared == null || job.isOwned()) {
      return !job.isRemoved();
    }
    SharedJobs.Taken taken = job.isRemoved() ? null : shared.take(job.record().id(), job);
    if (taken == null) {
      job.lost();
      return false;
    }
    owned(job, taken);
    return true;
  }

  /** Takes over a job that this host has claimed, with the record of its row. */
  public Job claimed(SharedJobs.Taken taken) {
    JobRecord record = JobRecord.decode(taken.description());
    Job job;
    synchronized (this) {
      Job known = index.byId(record.id());
      if (known != null && known.isMine()) {
        known.lost(); // the job was freed while this host was considered dead: its call is void
        known = null;
      }
      job = known == null ? keep(record, false) : known;
    }
    job.lock().lock();
    try {
      owned(job, taken);
    } finally {
      job.lock().unlock();
    }
    return job;
  }

  private void owned(Job job, SharedJobs.Taken taken) {
    JobRecord record = JobRecord.decode(taken.description());
    synchronized (this) { // a concurrent lookup finds the job under its old or its new names
      job.owned(taken.fence());
      job.untold(!taken.told());
      reindex(job, record);
      job.record(record);
    }
    if (!record.state().isEnded()) {
      open.add(job);
    }
  }

  /** Indexes a job again that another host has written and may have renamed. */
  private void reindex(Job job, JobRecord record) {
    if (index.has(job)) {
      index.source(job, record.source());
      index.base(job, record.state() == JobState.PURGED ? null : fold(record.base()));
    }
  }

  /**
   * Reads a job again that another host may have changed: wakes the threads that wait for it, and
   * marks the job as lost if this host does not own it any more.
   *
   * @return false if a thread holds the job's lock, so that the caller must try again
   */
  public boolean refresh(String id) throws FsException {
    Job known;
    synchronized (this) {
      known = index.byId(id);
    }
    if (known == null || shared == null || known.record().state().isEnded()) {
      return true; // a lookup reads an ended job again
    }
    if (known.isMine()) {
      return checkOwner(shared, known);
    }
    byte[] newest = store.byId(id);
    if (newest == null) {
      known.lost();
      return true;
    }
    synchronized (this) {
      return refresh(known, JobRecord.decode(newest));
    }
  }

  /**
   * Returns false if another host has taken over an ended job, of which this host may not have been
   * notified. This object of the job is then lost. Blocks while writes of this host are queued.
   */
  public boolean isNewest(Job job) throws FsException {
    while (shared != null && job.isMine()) {
      store.flush();
      if (checkOwner(shared, job)) {
        break;
      }
    }
    return !job.isLost();
  }

  /** Returns false if a write of this host is queued, whose outcome has to be known first. */
  private static boolean checkOwner(SharedJobs shared, Job job) throws FsException {
    if (job.isUnwritten()) {
      return false;
    }
    long fence = job.fence();
    boolean isOwner = fence <= 0 || shared.isOwner(job.record().id(), fence);
    if (job.isUnwritten()) {
      return false;
    }
    if (!isOwner && job.fence() == fence) {
      job.lost();
    }
    return true;
  }

  private boolean refresh(Job known, JobRecord newest) {
    if (!known.refresh(newest)) {
      return false;
    }
    if (!known.isMine()) {
      reindex(known, newest);
    }
    return true;
  }

  /** The ids of the jobs that are in memory and that this host does not own. */
  public synchronized List<String> foreign() {
    return index.all().stream()
        .filter(job -> !job.isMine() && !job.isRemoved())
        .map(job -> job.record().id())
        .toList();
  }

  /** The ids of the jobs that this host owns, or has queued a write for. */
  public synchronized Set<String> mine() {
    return index.all().stream()
        .filter(Job::isMine)
        .map(job -> job.record().id())
        .collect(Collectors.toSet());
  }

  /** This host does not own a job any more; any host may claim it. */
  public void freed(Job job) {
    open.remove(job);
  }

  /** Marks all jobs that this host owned as lost. */
  public void loseAll() {
    List<Job> owned;
    synchronized (this) {
      owned = index.all().stream().filter(Job::isMine).toList();
    }
    owned.forEach(Job::lost);
  }

  /** Adds a job from the store. A name in the outbox that another job has stays with that job. */
  public synchronized Job add(JobRecord record) {
    Job known = index.byId(record.id());
    return known == null ? keep(record, !record.state().isEnded()) : known;
  }

  /**
   * @param news whether the job is not yet counted
   */
  private Job keep(JobRecord record, boolean news) {
    Job job = new Job(record, steps);
    index.add(job);
    if (record.state() != JobState.PURGED && index.byBase(fold(record.base())) == null) {
      index.base(job, fold(record.base()));
    }
    if (news && isCounted(record)) {
      counter(record.state()).increment();
    }
    if (!record.state().isEnded() && shared == null) {
      open.add(job);
    }
    return job;
  }

  private final Job.Stepped steps =
      new Job.Stepped() {
        @Override
        public void from(Job job, JobRecord before, @Nullable JobRecord next) {
          stepped(job, before, next);
        }

        @Override
        public void lost(Job job) {
          open.remove(job);
          whenLost.accept(job);
        }
      };

  private LongAdder counter(JobState state) {
    return Objects.requireNonNull(counts.get(state), "one for each state");
  }

  /** A new job is not counted before its first step. */
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
    if (next == null || next.state().isEnded() || !isCurrent(job)) {
      open.remove(job);
    } else if (before.state().isEnded()) {
      open.add(job);
    }
  }

  /**
   * The job of a row. Null if the job in memory is newer than the row: then it was moved to other
   * names or removed.
   */
  private @Nullable Job load(byte @Nullable [] description) throws FsException {
    if (description == null) {
      return null;
    }
    JobRecord record = JobRecord.decode(description);
    Job known = index.byId(record.id());
    if (known != null && shared != null && known.isMine() && !isNamed(known, record)) {
      boolean _ =
          checkOwner(
              shared, known); // another host may have renamed the job without this host knowing yet
      known = index.byId(record.id());
    }
    if (isCurrent(known)) {
      return null;
    }
    if (known != null) {
      boolean _ = refresh(known, record);
      return known;
    }
    // No object is in use, so all writes of the job are done: the newest row is the job.
    byte[] newest = store.byId(record.id());
    JobRecord now = newest == null ? null : JobRecord.decode(newest);
    return now != null && now.source().equals(record.source()) && now.base().equals(record.base())
        ? keep(now, false)
        : null;
  }

  private static boolean isNamed(Job job, JobRecord row) {
    JobRecord record = job.record();
    return record.source().equals(row.source()) && record.base().equals(row.base());
  }

  /** Moves a job to another file, and perhaps its names too. The caller holds the job's lock. */
  public synchronized void move(Job job, String source, boolean rename) throws FsException {
    JobRecord old = job.record();
    if (rename) {
      index.base(job, null);
    }
    String base = rename ? freeBase(source) : old.base();
    job.record(old.moved(source, base));
    index.source(job, source);
    if (rename) {
      index.base(job, fold(base));
    }
  }

  /**
   * Gives a job names in the outbox again after {@link #releaseBase}. The caller holds the job's
   * lock.
   */
  public synchronized void obtainBase(Job job) throws FsException {
    JobRecord old = job.record();
    if (!fold(old.base()).equals(index.base(job))) {
      String base = freeBase(old.source());
      job.record(old.moved(old.source(), base));
      index.base(job, fold(base));
    }
  }

  /** Releases a job's names in the outbox, not its file. */
  public synchronized void releaseBase(Job job) {
    index.base(job, null);
  }

  /** Forgets a job. The caller holds the job's lock. */
  public synchronized void remove(Job job) {
    index.remove(job);
    job.remove(); // its id stays indexed as long as its row may exist
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
