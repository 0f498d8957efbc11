package dev.warren.gptfs;

import com.sun.management.OperatingSystemMXBean;
import dev.warren.api.FileSystem;
import dev.warren.api.OpenOptions;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.gptfs.job.Input;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.store.JobStore.Row;
import dev.warren.localfs.LocalfsPlugin;
import dev.warren.testkit.TestContext;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.zip.CRC32C;

/**
 * Measures, when run by hand: a start with many ended and many waiting jobs, and the cost of a new
 * job when there are many ended ones, whose rows are inserted by SQL.
 */
final class ManyJobsBench {
  private static final int CLIENTS_JOBS = 2000;

  private ManyJobsBench() {}

  /**
   * Runs the benchmark.
   *
   * @param arguments an existing directory, ended jobs, waiting jobs
   */
  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory(Path.of(arguments[0]), "many");
    int ended = Integer.parseInt(arguments[1]);
    int waiting = Integer.parseInt(arguments[2]);
    CountDownLatch end = new CountDownLatch(waiting > 0 ? 1 : 0);
    String answer = RawServer.response(200, FakeModel.completion("answer"));
    try (RawServer server =
            new RawServer(
                (n, body) -> {
                  Until.released(end);
                  return answer;
                });
        TestContext context = TestContext.in(directory, new LocalfsPlugin())) {
      Map<String, Object> config = Mount.config(server.url());
      config.remove("inner");
      config.put("data_dir", directory.resolve("data").toString());
      config.put("workers", 16);
      config.put("max_queued", 1_000_000);
      config.put("keep", Map.of("jobs", 10_000_000));
      open(context, config).close();
      load(context, directory.resolve("data"), ended, waiting);
      long cpu = cpuNanos();
      long begin = System.nanoTime();
      try (FileSystem fs = open(context, config)) {
        System.out.printf(
            "start with %d ended and %d waiting jobs: %.0f ms, %.0f ms of CPU, %d MiB of heap%n",
            ended,
            waiting,
            (System.nanoTime() - begin) / 1e6,
            (cpuNanos() - cpu) / 1e6,
            usedBytes() >> 20);
        end.countDown();
        if (waiting == 0) {
          jobs(fs);
        }
      }
    }
  }

  private static FileSystem open(TestContext context, Map<String, Object> config) throws Exception {
    return TestContext.open(new GptfsPlugin(), context, config);
  }

  private static void load(TestContext context, Path data, int ended, int waiting)
      throws Exception {
    Path inbox = Files.createDirectories(data.resolve("inbox/waiting"));
    try (Connection connection =
            context
                .database(DatabaseSettings.file(data.resolve(".gptfs/jobs.db")))
                .getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                """
                INSERT INTO gptfs_jobs (id, source, base, state, ended, told, finished_at, seen, answer_bytes, attempt, fence,
                  changed_at, description, checksum) VALUES (?, ?, ?, ?, ?, 1, ?, 0, 0, 1, 1, 0, ?, ?)
                """)) {
      connection.setAutoCommit(false);
      for (int i = 0; i < ended; i++) {
        JobRecord fresh = fresh("E", i, "old/" + i);
        insert(insert, fresh.foundCompleted(1, false, Input.NONE, Instant.EPOCH).row(true), i);
      }
      for (int i = 0; i < waiting; i++) {
        Path file = Files.writeString(inbox.resolve(i + ".txt"), "a question");
        FileTime time = Files.getLastModifiedTime(file);
        Instant instant = time.toInstant();
        Input input = new Input(10, instant.getEpochSecond(), instant.getNano(), "");
        JobRecord queued =
            fresh("W", i, "waiting/" + i)
                .settling(false, 1, "")
                .queued(input, new JobRecord.Route("default", "m", false, false), instant);
        insert(insert, queued.row(true), i);
      }
      connection.commit();
      connection.setAutoCommit(true);
    }
  }

  private static JobRecord fresh(String kind, int number, String base) {
    return JobRecord.fresh("%s%025d".formatted(kind, number), base + ".txt", base, "default");
  }

  private static void insert(PreparedStatement insert, Row row, long time) throws Exception {
    CRC32C crc = new CRC32C();
    crc.update(row.description());
    insert.setString(1, row.id());
    insert.setString(2, row.source());
    insert.setString(3, row.base());
    insert.setString(4, row.state());
    insert.setInt(5, row.ended() ? 1 : 0);
    insert.setLong(6, time);
    insert.setBytes(7, row.description());
    insert.setLong(8, crc.getValue());
    insert.executeUpdate();
  }

  private static void jobs(FileSystem fs) throws Exception {
    for (int round = 0; round < 3; round++) {
      long cpu = cpuNanos();
      long begin = System.nanoTime();
      for (int i = 0; i < CLIENTS_JOBS; i++) {
        String name = "r" + round + "-" + i;
        var file = fs.open(Mount.path("inbox/" + name + ".txt"), OpenOptions.REPLACE, 0644);
        Mount.write(file, "a question", 0);
        file.close();
      }
      for (int i = 0; i < CLIENTS_JOBS; i++) {
        fs.open(Mount.path("wait/r" + round + "-" + i), OpenOptions.READ, 0).close();
      }
      System.out.printf(
          "%d jobs: %.0f jobs/s, %.2f ms of CPU each%n",
          CLIENTS_JOBS,
          CLIENTS_JOBS * 1e9 / (System.nanoTime() - begin),
          (cpuNanos() - cpu) / 1e6 / CLIENTS_JOBS);
    }
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private static long usedBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
