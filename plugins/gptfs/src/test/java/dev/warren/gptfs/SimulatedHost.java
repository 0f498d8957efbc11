package dev.warren.gptfs;

import dev.warren.api.FsException;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.store.JobStore;
import dev.warren.gptfs.time.Timers;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.InterceptedDatabase;
import dev.warren.testkit.InterceptedFileSystem;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.text.MessageFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run of a host in a simulation, from its start to its end or death. */
final class SimulatedHost implements AutoCloseable {
  /** The jobs whose results are stored and not published yet, and the results of batches' lines. */
  private static final String RESULTS =
      """
      SELECT source, description, -1 FROM gptfs_jobs WHERE state = 'ANSWERED'
      UNION ALL
      SELECT source, description, part FROM gptfs_parts JOIN gptfs_jobs ON id = job
      WHERE part >= %d AND piece = 0 AND ended = 0 AND state <> 'SETTLING'
      """
          .formatted(JobStore.FIRST_LINE);

  final SimulatedDisk disk = new SimulatedDisk();
  final Mount mount;
  private final RecordingMetrics metrics = new RecordingMetrics();

  /**
   * Starts a host.
   *
   * @param stored receives, after each commit, the results that are in the database
   */
  SimulatedHost(
      MemoryFileSystem files,
      Path directory,
      ManualTimers clock,
      Map<String, Object> config,
      Log log,
      Consumer<Result> stored)
      throws Exception {
    InterceptedDatabase.Commits commits =
        (connection, commit) -> {
          List<Result> results = results(connection);
          disk.around(connection, commit);
          results.forEach(stored);
        };
    mount =
        Mount.open(
            new InterceptedFileSystem(files, disk),
            TestDatabase.in(directory).with(commits),
            new Lifetime(clock),
            config,
            metrics,
            log);
  }

  /** The clock; the host's tasks no longer run when the host has ended. */
  private static final class Lifetime implements Timers {
    private final ManualTimers clock;
    private volatile boolean over;

    Lifetime(ManualTimers clock) {
      this.clock = clock;
    }

    @Override
    public Instant steady() {
      return clock.steady();
    }

    @Override
    public Instant instant() {
      return clock.instant();
    }

    @Override
    public Pending schedule(Duration delay, Runnable task) {
      return clock.schedule(
          delay,
          () -> {
            if (!over) {
              task.run();
            }
          });
    }

    @Override
    public void close() {
      over = true;
    }
  }

  /**
   * A result in the database.
   *
   * @param source the file's name
   * @param sha256 the digest of its content
   * @param line the number of the line; -1 for the whole file
   */
  record Result(String source, String sha256, int line) {}

  private static List<Result> results(Connection connection) throws SQLException {
    List<Result> results = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(RESULTS)) {
      while (rows.next()) {
        int part = rows.getInt(3);
        results.add(
            new Result(
                rows.getString(1),
                JobRecord.decode(rows.getBytes(2)).input().sha256(),
                part < 0 ? part : part - JobStore.FIRST_LINE));
      }
    } catch (SQLException e) {
      return List.of(); // the database is not created yet
    }
    return results;
  }

  /** The number of calls that the host believes to be in-flight. */
  int running() {
    return (int) metrics.value("gptfs_running_calls");
  }

  /** The number of jobs that have not ended, plus that of calls that are in-flight or wait. */
  int busy() {
    return running()
        + (int) metrics.value("gptfs_queue_jobs")
        + (int) metrics.value("gptfs_waiting_calls");
  }

  /** Whether the host accepts nothing until it is restarted. */
  boolean hasFailed() {
    String unable = mount.unable.get();
    return disk.isDead() || (unable != null && unable.contains("has failed"));
  }

  @Override
  public void close() throws FsException {
    mount.close();
  }

  /** Keeps what hosts log, and the exceptions that were not expected. */
  static final class Log implements System.Logger {
    private static final int MOST = 200;

    private final List<String> lines = new ArrayList<>();
    private final List<String> mistakes = new ArrayList<>();

    @Override
    public String getName() {
      return "simulation";
    }

    @Override
    public boolean isLoggable(Level level) {
      return level.getSeverity() >= Level.INFO.getSeverity();
    }

    @Override
    public void log(
        Level level, @Nullable ResourceBundle bundle, String message, @Nullable Throwable thrown) {
      if (!isLoggable(level)) {
        return;
      }
      synchronized (this) {
        if (thrown instanceof RuntimeException || thrown instanceof Error) {
          StringBuilder text = new StringBuilder(message + ": " + thrown);
          for (StackTraceElement element : thrown.getStackTrace()) {
            text.append("\n      at ").append(element);
          }
          mistakes.add(text.toString());
        }
        lines.add(level + " " + message + (thrown == null ? "" : " (" + thrown + ")"));
        if (lines.size() > MOST) {
          lines.removeFirst();
        }
      }
    }

    @Override
    public void log(
        Level level, @Nullable ResourceBundle bundle, String format, Object @Nullable ... params) {
      log(level, bundle, MessageFormat.format(format, params), (Throwable) null);
    }

    synchronized List<String> lines() {
      return List.copyOf(lines);
    }

    /** The exceptions that no code expects, with their stack traces. */
    synchronized List<String> mistakes() {
      return List.copyOf(mistakes);
    }
  }
}
