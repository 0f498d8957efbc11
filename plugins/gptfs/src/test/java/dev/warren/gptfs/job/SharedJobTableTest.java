package dev.warren.gptfs.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.FsException;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.config.Secret;
import dev.warren.api.database.Database;
import dev.warren.gptfs.store.DatabaseStore;
import dev.warren.gptfs.store.JobStore;
import dev.warren.gptfs.store.JobStore.Promise;
import dev.warren.gptfs.store.Member;
import dev.warren.gptfs.store.SharedJobs;
import dev.warren.testkit.TestContext;
import dev.warren.testkit.database.PostgresServer;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which names find which jobs if hosts share the jobs, and when a job changes its owner. */
@Tag("slow")
class SharedJobTableTest {
  @TempDir Path directory;
  private TestContext context;
  private DatabaseSettings settings;
  private JobStore store;
  private JobTable table;

  /** Runs between the store's reading of a row and the table's use of it. */
  private Between between = () -> {};

  /** An action of another thread of this host. */
  private interface Between {
    void act() throws FsException;
  }

  @BeforeEach
  void open() throws Exception {
    context = TestContext.in(directory);
    settings =
        new DatabaseSettings(
            PostgresServer.shared().database(),
            PostgresServer.USER,
            new Secret(PostgresServer.PASSWORD),
            false);
    store = store("here");
    table = new JobTable(false, intercepted(store));
  }

  private JobStore store(String host) throws IOException {
    Database database = context.database(settings);
    return DatabaseStore.open(
        database,
        false,
        true,
        new Member(host, "test", "1", Duration.ofMinutes(10), database),
        () -> {},
        _ -> {},
        System.getLogger("table-test"));
  }

  @AfterEach
  void close() throws Exception {
    store.close();
    context.close();
  }

  private JobStore intercepted(JobStore delegate) {
    return (JobStore)
        Proxy.newProxyInstance(
            JobStore.class.getClassLoader(),
            new Class<?>[] {JobStore.class},
            (_, method, arguments) -> {
              try {
                Object result = method.invoke(delegate, arguments);
                if (method.getName().equals("byBase") || method.getName().equals("bySource")) {
                  Between once = between;
                  between = () -> {};
                  once.act();
                }
                return result;
              } catch (InvocationTargetException e) {
                throw Objects.requireNonNull(e.getCause());
              }
            });
  }

  /** Creates a job on this host. */
  private Job made(String source, UnaryOperator<JobStore.Row> last) throws FsException {
    Job job =
        table.obtain(
            source, base -> JobRecord.fresh(JobId.create(Instant.EPOCH), source, base, "default"));
    job.lock().lock();
    try {
      JobRecord next = job.record().settling(false, 1, "settles");
      store.save(last.apply(next.row(false)), Map.of(), false, Promise.POWER, job);
      job.record(next);
    } finally {
      job.lock().unlock();
    }
    return job;
  }

  /** Writes are refused while the database does not respond. */
  @Test
  void aWriteThatIsRefusedChangesNothingForItsOwner() throws Exception {
    Job job = made("a.txt", row -> row);
    store.close();
    JobStore.Row row = job.record().row(false).freed();
    assertThatThrownBy(() -> store.save(row, Map.of(), false, Promise.PROCESS, job))
        .isInstanceOf(FsException.class);
    assertThat(job.isUnwritten()).isFalse();
    assertThat(job.isOwned()).isTrue();
  }

  /** Creates a job that any host may claim. */
  private Job free(String source) throws FsException {
    Job job = made(source, JobStore.Row::freed);
    assertThat(job.isOwned()).isFalse();
    return job;
  }

  private void claim() throws FsException {
    for (SharedJobs.Taken taken : Objects.requireNonNull(store.shared()).claim(1, "")) {
      Job _ = table.claimed(taken);
    }
  }

  @Test
  void aJobIsFoundByItsNameWhileThisHostClaimsIt() throws Exception {
    Job job = free("x.txt");
    between = this::claim;
    assertThat(table.byBase("x")).isSameAs(job);
    assertThat(job.isOwned()).isTrue();
  }

  @Test
  void aJobIsFoundByItsFileWhileThisHostClaimsIt() throws Exception {
    Job job = free("x.txt");
    between = this::claim;
    assertThat(table.bySource("x.txt")).isSameAs(job);
    assertThat(job.isOwned()).isTrue();
  }

  @Test
  void aJobThatAnotherHostHasRenamedIsFoundBeforeThisOneHearsOfIt() throws Exception {
    Job job = made("x.txt", UnaryOperator.identity());
    assertThat(job.isOwned()).isTrue();
    try (JobStore there = store("there")) {
      JobTable other = new JobTable(false, there);
      Job taken = Objects.requireNonNull(other.bySource("x.txt"));
      taken.lock().lock();
      try {
        assertThat(other.own(taken)).isTrue();
        other.move(taken, "y.txt", true);
        there.save(taken.record().row(false), Map.of(), false, Promise.POWER, taken);
      } finally {
        taken.lock().unlock();
      }
    }
    Job found = Objects.requireNonNull(table.byBase("y"));
    assertThat(found.record().source()).isEqualTo("y.txt");
    assertThat(table.bySource("y.txt")).isSameAs(found);
    assertThat(table.bySource("x.txt")).isNull();
    assertThat(job.isLost()).isTrue();
  }

  @Test
  void aJobThatThisHostHasRenamedIsNotFoundWhereItsRowIs() throws Exception {
    Job job = made("x.txt", UnaryOperator.identity());
    job.lock().lock();
    try {
      table.move(job, "y.txt", true);
      assertThat(table.bySource("x.txt")).isNull();
      assertThat(table.bySource("y.txt")).isSameAs(job);
      assertThat(job.isOwned()).isTrue();
    } finally {
      job.lock().unlock();
    }
  }
}
