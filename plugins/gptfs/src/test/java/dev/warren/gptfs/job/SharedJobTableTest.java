package dev.warren.gptfs.job;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which job is found by which name where hosts share the jobs, and one changes its owner. */
@Tag("slow")
class SharedJobTableTest {
  @TempDir Path directory;
  private TestContext context;
  private JobStore store;
  private JobTable table;

  /** What happens between the store's reading of a row and the table's use of it. */
  private Between between = () -> {};

  /** What another thread of this host does. */
  private interface Between {
    void act() throws FsException;
  }

  @BeforeEach
  void open() throws Exception {
    context = TestContext.in(directory);
    Database database =
        context.database(
            new DatabaseSettings(
                PostgresServer.shared().database(),
                PostgresServer.USER,
                new Secret(PostgresServer.PASSWORD),
                false));
    store =
        DatabaseStore.open(
            database,
            false,
            true,
            new Member("here", "test", "1", Duration.ofMinutes(10), database),
            () -> {},
            _ -> {},
            System.getLogger("table-test"));
    table = new JobTable(false, intercepted(store));
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

  /** A job that waits for any host. */
  private Job free(String source) throws FsException {
    Job job =
        table.obtain(
            source, base -> JobRecord.fresh(JobId.create(Instant.EPOCH), source, base, "default"));
    job.lock().lock();
    try {
      JobRecord next = job.record().settling(false, "settles");
      store.save(next.row(false).freed(), Map.of(), false, Promise.POWER, job);
      job.record(next);
    } finally {
      job.lock().unlock();
    }
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
}
