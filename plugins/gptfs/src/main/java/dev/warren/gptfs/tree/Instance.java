package dev.warren.gptfs.tree;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.Metrics;
import dev.warren.api.Reason;
import dev.warren.api.SharingHost;
import dev.warren.api.VfsPath;
import dev.warren.api.synthetic.SyntheticDirectory;
import dev.warren.api.synthetic.SyntheticFile;
import dev.warren.api.synthetic.SyntheticFileSystem;
import dev.warren.gptfs.config.Settings;
import dev.warren.gptfs.control.Control;
import dev.warren.gptfs.control.Readme;
import dev.warren.gptfs.control.Stats;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.memory.ContentMemory;
import dev.warren.gptfs.publish.Publisher;
import dev.warren.gptfs.store.DatabaseStore;
import dev.warren.gptfs.store.DowngradeGuard;
import dev.warren.gptfs.store.Files;
import dev.warren.gptfs.store.JobStore;
import dev.warren.gptfs.store.Member;
import dev.warren.gptfs.store.OldJournal;
import dev.warren.gptfs.store.SharedJobs;
import dev.warren.gptfs.submission.Inbox;
import dev.warren.gptfs.submission.Submissions;
import dev.warren.gptfs.time.SharedTimers;
import dev.warren.gptfs.time.Timers;
import dev.warren.gptfs.work.Pool;
import dev.warren.gptfs.work.Recovery;
import dev.warren.gptfs.work.Retention;
import dev.warren.gptfs.work.Sharing;
import dev.warren.gptfs.work.Spool;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** One mounted gptfs: creates its parts, and closes them in order. */
public final class Instance {
  /** The file that shows the state of the instance, as JSON. */
  public static final String STATS = "stats.json";

  /** How long a growing answer waits for memory of the host's budget. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final FileSystem files;
  private final Timers timers;
  private final JobStore store;
  private final Pool pool;
  private final Submissions submissions;
  private final Tree tree;
  private final WaitDirectory waits;
  private final SyntheticFileSystem synthetic;
  private final @Nullable Sharing sharing;
  private final AutoCloseable owned;

  /** How long calls may continue, and wait for the database, once this is closed. */
  private final Duration drain;

  private final System.Logger log;
  private final Consumer<@Nullable String> unable;
  private final AtomicBoolean outdated = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private boolean stopped;

  private Instance(
      FileSystem files,
      JobStore store,
      Settings settings,
      Timers local,
      RandomGenerator random,
      Metrics metrics,
      MemoryBudget.Account memory,
      AutoCloseable owned,
      Consumer<@Nullable String> unable,
      System.Logger log)
      throws IOException {
    this.files = files;
    this.unable = unable;
    this.store = store;
    this.owned = owned;
    this.drain = settings.drain();
    this.log = log;
    SharedJobs shared = store.shared();
    SharedTimers common = shared == null ? null : new SharedTimers(local);
    timers = common == null ? local : common;
    Publisher publisher = publisher(files, settings, timers, shared);
    ContentMemory contents = new ContentMemory(memory, PATIENCE);
    pool = Pool.create(settings, store, publisher, timers, random, metrics, contents, log);
    Spool spool = pool.spool();
    submissions = new Submissions(files, Layout.INBOX, settings, spool, timers, contents, log);
    tree = new Tree(new Inbox(submissions, Layout.INBOX), submissions, spool);
    Retention retention = new Retention(spool, settings.keep(), timers, submissions::isThere);
    sharing =
        shared == null || common == null
            ? null
            : new Sharing(
                shared, spool, new Resubmission(submissions, spool), common, this::outdated);
    Control control =
        new Control(spool, submissions, retention, sharing == null ? null : sharing.settings());
    Stats stats = new Stats(spool, submissions, sharing, settings.demo(), timers);
    waits = new WaitDirectory(spool, files);
    synthetic =
        new SyntheticFileSystem(
            SyntheticDirectory.fixed()
                .with(
                    "README",
                    SyntheticFile.constant(settings.demo() ? Readme.demo() : Readme.text()))
                .with(
                    "ctl",
                    SyntheticFile.text(control::lastError)
                        .writtenAs(SyntheticFile.command(control::check, control::act)))
                .with(STATS, SyntheticFile.text(stats::text))
                .with("wait", waits.directory()),
            memory);
    if (sharing == null) {
      recover();
    } else {
      sharing.start();
    }
    retention.start();
  }

  private static Publisher publisher(
      FileSystem files, Settings settings, Timers timers, @Nullable SharedJobs shared)
      throws FsException {
    if (shared == null) {
      return new Publisher(
          files, Layout.OUTBOX, Layout.TEMPORARY, settings.durable(), "", _ -> true, timers);
    }
    Set<String> alive = new HashSet<>();
    shared.hosts().forEach(host -> alive.add(host.id()));
    return new Publisher(
        files,
        Layout.OUTBOX,
        Layout.TEMPORARY,
        settings.durable(),
        shared.member().id() + "-",
        name -> !alive.contains(name.substring(0, Math.max(0, name.lastIndexOf('-')))),
        timers);
  }

  /** Submits the files again that were settling on a host that is gone. */
  private record Resubmission(Submissions submissions, Spool spool) implements Sharing.Settler {
    @Override
    public void settle(Job job) throws FsException {
      String source = job.record().source();
      if (!submissions.isThere(source)) {
        boolean _ = spool.cancel(job, "the file was removed while its host was down");
      } else {
        // Even if it is marked: a client has closed the whole file, and a mark is that of another
        // writer, which is lost.
        submissions.resubmit(source);
      }
    }

    @Override
    public Set<VfsPath> unknown() throws FsException {
      return submissions.unknown();
    }

    @Override
    public void submit(Set<VfsPath> candidates) throws FsException {
      submissions.submitUnknown(candidates);
    }
  }

  /**
   * Opens an instance, and resumes the jobs of an earlier one.
   *
   * @param files the inner file system, with inbox and outbox; closed with the instance
   * @param database holds the jobs
   * @param member this host; null unless hosts share the database and the files
   * @param memory charged for contents
   * @param owned closed with the instance
   * @param unable receives the reason why nothing can be accepted, and null once it can be again
   * @throws IOException if the files cannot be used
   */
  public static FileSystem open(
      FileSystem files,
      DataSource database,
      @Nullable Member member,
      Settings settings,
      Timers timers,
      RandomGenerator random,
      Metrics metrics,
      MemoryBudget.Account memory,
      AutoCloseable owned,
      Consumer<@Nullable String> unable,
      System.Logger log)
      throws IOException {
    // After a restart, a file system in memory is empty, but its database may not be.
    boolean fresh = !Files.isThere(files, Layout.INBOX) && !Files.isThere(files, Layout.TEMPORARY);
    Files.makeDirectories(files, Layout.INBOX);
    Files.makeDirectories(files, Layout.OUTBOX);
    if (fresh && settings.durable()) {
      Files.syncDirectory(
          files, VfsPath.ROOT); // otherwise a power failure may lose the directories
    }
    AtomicReference<Instance> opened = new AtomicReference<>();
    JobStore store =
        DatabaseStore.open(
            database, fresh, settings.durable(), member, () -> expelled(opened.get()), unable, log);
    Instance instance;
    try {
      if (member == null) {
        OldJournal.take(files, Layout.JOURNAL, Layout.OLD_JOURNAL, database, Recovery::oldRow, log);
      }
      // before the first job is in the database
      DowngradeGuard.create(files, Layout.JOURNAL, settings.durable(), log);
      instance =
          new Instance(files, store, settings, timers, random, metrics, memory, owned, unable, log);
      opened.set(instance);
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
    return new GptfsFileSystem(
        instance.tree, files, instance.synthetic, instance.waits, instance::hosts, instance::close);
  }

  private List<SharingHost> hosts() throws FsException {
    return sharing == null ? List.of() : sharing.hosts();
  }

  private static void expelled(@Nullable Instance instance) {
    if (instance != null && instance.sharing != null) {
      instance.sharing.expelled();
    }
  }

  /** Leaves the jobs to hosts of the newer version, once; the lease's thread continues. */
  private void outdated(String why) {
    if (!outdated.getAndSet(true)) {
      String message =
          why + ": this host leaves its jobs to newer ones, and must be upgraded like them";
      log.log(System.Logger.Level.WARNING, message);
      pool.beginNoMore(); // before anyone can know
      unable.accept(message);
      Thread.ofPlatform()
          .daemon()
          .name("gptfs-outdated")
          .start(
              () -> {
                stop();
                end("the database of jobs", store);
                unable.accept(message); // once more: the store may have withdrawn the reason
              });
    }
  }

  private void recover() throws FsException {
    Recovery recovery = new Recovery(pool.spool());
    List<Job> jobs = recovery.load();
    Set<String> there = submissions.rescan(store.unfinished(), jobs);
    for (Job job : jobs) {
      if (!there.contains(job.record().source())) {
        recovery.confine(job, () -> notFound(job));
      }
    }
    for (Job job : jobs) {
      recovery.confine(job, () -> recovery.resume(job));
    }
  }

  /**
   * Handles a job whose file the scan has not found: it was removed, its directory cannot be
   * listed, or the configuration now ignores its name.
   */
  private void notFound(Job job) throws FsException {
    JobRecord record = job.record();
    if (record.state().isEnded()) {
      return;
    }
    if (!submissions.mayBeThere(record.source())) {
      boolean _ = pool.spool().cancel(job, "the file was removed while the host was down");
    } else if (record.state() == JobState.SETTLING) {
      submissions.settle(job);
    }
  }

  private void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    stop();
    timers.close();
    end("the database of jobs", store);
    end("the inner file system", files);
    end("the instance's other resources", owned);
  }

  /** Ends all that happens to jobs; calls have some time to complete. */
  private synchronized void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    // First: a thread that waits for the database may hold a lock that the next steps need.
    store.closing(drain);
    long end = System.nanoTime() + drain.toNanos();
    submissions.close();
    tree.abortAll(new FsException(Errno.EIO, "the file system is closed"));
    waits.close();
    synthetic.close();
    if (sharing != null) {
      sharing.close();
    }
    pool.close(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    if (sharing != null) {
      sharing.leave();
    }
  }

  private void end(String what, AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) { // as AutoCloseable allows; the other resources must still be closed
      log.log(
          System.Logger.Level.WARNING,
          what + " cannot be closed: " + Reason.of(e),
          Reason.mistake(e));
    }
  }
}
