package dev.warren.gptfs.job;

import static dev.warren.testkit.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FsException;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.gptfs.store.DatabaseStore;
import dev.warren.gptfs.store.JobStore;
import dev.warren.gptfs.store.JobStore.Promise;
import dev.warren.testkit.TestContext;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which names find which jobs, in memory or not. */
class JobTableTest {
  @TempDir Path directory;
  private TestContext context;
  private JobStore store;
  private JobTable table;

  @BeforeEach
  void open() throws Exception {
    context = TestContext.in(directory);
    store =
        DatabaseStore.open(
            context.database(DatabaseSettings.file(directory.resolve("jobs.db"))),
            false,
            true,
            _ -> {},
            System.getLogger("table-test"));
    table = new JobTable(false, store);
  }

  @AfterEach
  void close() throws Exception {
    store.close();
    context.close();
  }

  private Job obtain(String source) throws FsException {
    return table.obtain(
        source, base -> JobRecord.fresh(JobId.create(Instant.EPOCH), source, base, "default"));
  }

  private void step(Job job, JobRecord next) throws FsException {
    job.lock().lock();
    try {
      store.save(next.row(true), Map.of(), false, Promise.PROCESS, job);
      job.record(next);
    } finally {
      job.lock().unlock();
    }
  }

  private Job settling(String source) throws FsException {
    Job job = obtain(source);
    step(job, job.record().settling(false, 1, "settles"));
    return job;
  }

  private Job ended(String source) throws FsException {
    Job job = settling(source);
    step(job, job.record().cancelled("nobody wants it", Instant.EPOCH));
    return job;
  }

  private static void awaitCollected(WeakReference<Job> job) throws Exception {
    await()
        .until(
            () -> {
              System.gc();
              return job.get() == null;
            });
  }

  @Test
  void anEndedJobTakesNoMemoryAndIsStillFound() throws Exception {
    WeakReference<Job> gone = new WeakReference<>(ended("a/x.txt"));
    awaitCollected(gone);
    assertThat(table.counts().get(JobState.CANCELLED)).isEqualTo(1);
    Job found = table.bySource("a/x.txt");
    assertThat(found).isNotNull();
    assertThat(found.record().message()).isEqualTo("nobody wants it");
    assertThat(table.byBase("a/x")).isSameAs(found);
    assertThat(table.bySource("a/x.txt")).isSameAs(found);
    assertThat(table.below("a")).containsExactly(found);
    assertThat(obtain("a/x.txt")).isSameAs(found);
    assertThat(table.counts().get(JobState.CANCELLED)).isEqualTo(1);
    assertThat(table.open()).isEmpty();
    step(found, found.record().settling(false, 1, "again"));
    assertThat(table.open()).containsExactly(found);
    assertThat(table.counts().get(JobState.CANCELLED)).isZero();
  }

  @Test
  void aJobThatHasNotEndedStays() throws Exception {
    WeakReference<Job> kept = new WeakReference<>(settling("x.txt"));
    System.gc();
    assertThat(table.open()).containsExactly(kept.get());
    assertThat(table.bySource("x.txt")).isSameAs(kept.get());
  }

  /** The row has the old name until the rename has been written. */
  @Test
  void aJobThatMovesIsWhereItIsAndNotWhereItsRowSays() throws Exception {
    Job job = ended("a.txt");
    job.lock().lock();
    try {
      table.move(job, "dir/b.txt", true);
      assertThat(table.bySource("a.txt")).isNull();
      assertThat(table.byBase("a")).isNull();
      assertThat(table.bySource("dir/b.txt")).isSameAs(job);
      assertThat(table.byBase("dir/b")).isSameAs(job);
      assertThat(table.below("dir")).containsExactly(job);
    } finally {
      job.lock().unlock();
    }
    Job another = obtain("a.txt");
    assertThat(another).isNotSameAs(job);
    assertThat(another.record().base()).isEqualTo("a");
  }

  /** As above, for a job whose row has not been deleted yet. */
  @Test
  void aJobThatIsForgottenIsNotFoundAgain() throws Exception {
    Job job = ended("a.txt");
    job.lock().lock();
    try {
      table.remove(job);
    } finally {
      job.lock().unlock();
    }
    assertThat(table.bySource("a.txt")).isNull();
    assertThat(table.byBase("a")).isNull();
    assertThat(table.below("")).isEmpty();
    assertThat(table.counts().get(JobState.CANCELLED)).isZero();
    assertThat(job.isRemoved()).isTrue();
  }

  @Test
  void aDirectoryOfTheOutboxHasJobsWhetherTheyAreInMemoryOrNot() throws Exception {
    WeakReference<Job> gone = new WeakReference<>(ended("a/x.txt"));
    Job purged = ended("b/x.txt");
    table.releaseBase(purged);
    step(purged, purged.record().purged());
    settling("o/x.txt");
    awaitCollected(gone);
    assertThat(table.isAbove("a")).isTrue();
    assertThat(table.isAbove("a/x")).isFalse();
    assertThat(table.isAbove("b")).isFalse();
    assertThat(table.isAbove("o")).isTrue();
    Job found = table.bySource("a/x.txt");
    assertThat(found).isNotNull();
    found.lock().lock();
    try {
      table.move(found, "c/x.txt", true); // its row still has the name a
      assertThat(table.isAbove("a")).isFalse();
      assertThat(table.isAbove("c")).isTrue();
      table.remove(found);
      assertThat(table.isAbove("a")).isFalse();
      assertThat(table.isAbove("c")).isFalse();
    } finally {
      found.lock().unlock();
    }
  }

  @Test
  void jobsThatEndedAreFoundByTheirStateWhetherTheyAreInMemoryOrNot() throws Exception {
    WeakReference<Job> gone = new WeakReference<>(ended("a/x.txt"));
    awaitCollected(gone);
    Job moved = ended("b/x.txt");
    moved.lock().lock();
    try {
      table.move(moved, "a/y.txt", false); // its row still has the name b
    } finally {
      moved.lock().unlock();
    }
    settling("a/open.txt");
    assertThat(table.ended(JobState.CANCELLED, "a")).containsExactly("a/x.txt", "a/y.txt");
    assertThat(table.ended(JobState.CANCELLED, "")).contains("a/x.txt", "a/y.txt");
    assertThat(table.ended(JobState.FAILED, "")).isEmpty();
  }

  @Test
  void namesInTheOutboxAreComparedAsAMacShowsThem() throws Exception {
    WeakReference<Job> gone = new WeakReference<>(ended("\u00e4.txt"));
    assertThat(table.byBase("a\u0308")).isNotNull();
    awaitCollected(gone);
    assertThat(table.byBase("a\u0308")).isNotNull();
    assertThat(obtain("a\u0308.txt").record().base()).isEqualTo("a\u0308.txt");
  }
}
