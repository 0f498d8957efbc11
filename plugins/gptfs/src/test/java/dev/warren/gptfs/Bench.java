package dev.warren.gptfs;

import com.sun.management.OperatingSystemMXBean;
import dev.warren.api.FileSystem;
import dev.warren.api.OpenOptions;
import dev.warren.localfs.LocalfsPlugin;
import dev.warren.testkit.TestContext;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures, when run by hand: jobs per second, processor time per job, and the time from the close
 * of a file to its answer, with a server that responds at once; also how long a start with many
 * waiting jobs takes, and the memory that they use. Clients and the server are in the same process
 * and are included. The first rounds warm up.
 */
final class Bench {
  private Bench() {}

  /**
   * Runs the benchmark.
   *
   * @param arguments an existing directory, jobs, clients, {@code durable} or {@code relaxed}, and
   *     the number of rounds
   */
  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory(Path.of(arguments[0]), "bench");
    int jobs = Integer.parseInt(arguments[1]);
    int clients = Integer.parseInt(arguments[2]);
    String answer = RawServer.response(200, FakeModel.completion("answer"));
    try (RawServer server = new RawServer((n, body) -> answer)) {
      Map<String, Object> config = Mount.config(server.url());
      config.remove("inner");
      config.put("data_dir", directory.resolve("data").toString());
      config.put("workers", 32);
      config.put("durability", arguments[3]);
      config.put("max_queued", 1_000_000);
      int rounds = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 3;
      for (int round = 0; round < rounds; round++) {
        run(directory, config, round, jobs, clients, arguments[3]);
      }
      start(directory, config, jobs, rounds * jobs);
    }
  }

  private static FileSystem open(Path directory, Map<String, Object> config) throws Exception {
    return TestContext.open(
        new GptfsPlugin(), TestContext.in(directory, new LocalfsPlugin()), config);
  }

  private static void run(
      Path directory, Map<String, Object> config, int round, int jobs, int clients, String mode)
      throws Exception {
    long[] nanos = new long[jobs];
    try (var fs = open(directory, config);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      long cpu = cpuNanos();
      long begin = System.nanoTime();
      for (int c = 0; c < clients; c++) {
        int first = c;
        running.add(
            threads.submit(
                () -> {
                  for (int i = first; i < jobs; i += clients) {
                    String name = "r" + round + "-" + i;
                    put(fs, name);
                    long closed = System.nanoTime();
                    fs.open(Mount.path("wait/" + name), OpenOptions.READ, 0).close();
                    nanos[i] = System.nanoTime() - closed;
                  }
                  return null;
                }));
      }
      for (Future<?> client : running) {
        client.get();
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      double cpuMillis = (cpuNanos() - cpu) / 1e6 / jobs;
      Arrays.sort(nanos);
      System.out.printf(
          "%s, %d clients, %d jobs: %.0f jobs/s, %.2f ms of CPU each,"
              + " close to published p50 %.1f ms, p99 %.1f ms%n",
          mode,
          clients,
          jobs,
          jobs / seconds,
          cpuMillis,
          nanos[jobs / 2] / 1e6,
          nanos[jobs * 99 / 100] / 1e6);
    }
  }

  /** User and system time of the process. */
  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private static long usedBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static void put(FileSystem fs, String name) throws Exception {
    var file = fs.open(Mount.path("inbox/" + name + ".txt"), OpenOptions.REPLACE, 0644);
    Mount.write(file, "a question", 0);
    file.close();
  }

  private static void start(Path directory, Map<String, Object> config, int jobs, int ended)
      throws Exception {
    try (var fs = open(directory, config)) {
      var ctl = fs.open(Mount.path("ctl"), OpenOptions.WRITE, 0);
      Mount.write(ctl, "pause\n", 0);
      ctl.close();
      long before = usedBytes();
      for (int i = 0; i < jobs; i++) {
        put(fs, "waiting-" + i);
      }
      System.out.printf("memory of a waiting job: %d bytes%n", (usedBytes() - before) / jobs);
    }
    long cpu = cpuNanos();
    long begin = System.nanoTime();
    try (var _ = open(directory, config)) {
      System.out.printf(
          "start with %d waiting and %d ended jobs: %.0f ms, %.0f ms of CPU%n",
          jobs, ended, (System.nanoTime() - begin) / 1e6, (cpuNanos() - cpu) / 1e6);
    }
  }
}
