package dev.warren.gptfs;

import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.gptfs.time.SystemTimers;
import dev.warren.localfs.LocalfsPlugin;
import dev.warren.testkit.Call;
import dev.warren.testkit.InterceptedDatabase;
import dev.warren.testkit.InterceptedFileSystem;
import dev.warren.testkit.Interceptor;
import dev.warren.testkit.TestContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A separate host process that sends one prompt and halts at a named point. The points are
 * operations on the disk or the database that are recognised from outside: gptfs itself contains no
 * code that halts it.
 */
final class CrashChild {
  /** The exit status when the point was reached. */
  static final int HALTED = 42;

  private CrashChild() {}

  /**
   * Runs the host.
   *
   * @param arguments data directory, URL, name of the point at which to halt
   */
  public static void main(String[] arguments) throws Exception {
    Path data = Path.of(arguments[0]);
    CrashPoint point = CrashPoint.valueOf(arguments[2]);
    Halt halt = new Halt(point);
    TestContext context =
        TestContext.in(data.getParent(), new LocalfsPlugin())
            .wrappingInner(fs -> new InterceptedFileSystem(fs, halt))
            .wrappingDatabases(database -> InterceptedDatabase.around(database, halt));
    Map<String, Object> config = Mount.config(arguments[1]);
    config.remove("inner");
    config.put("data_dir", data.toString());
    var fs =
        TestContext.open(
            new GptfsPlugin(() -> new SystemTimers("child"), new Random(1)), context, config);
    var file = fs.open(Mount.path("inbox/p.txt"), OpenOptions.REPLACE, 0644);
    Mount.write(file, "hello", 0);
    file.close();
    Files.writeString(data.resolveSibling("closed"), "");
    LockSupport.parkNanos(60_000_000_000L);
    System.exit(1); // the point was never reached
  }

  /** Halts the process, as kill -9 does, at the point. */
  private record Halt(CrashPoint point, AtomicInteger seen)
      implements Interceptor, InterceptedDatabase.Commits {
    Halt(CrashPoint point) {
      this(point, new AtomicInteger());
    }

    @Override
    public void around(Connection connection, InterceptedDatabase.Commit commit)
        throws SQLException {
      boolean here = point.matches(connection);
      if (here && !point.isAfter()) {
        Runtime.getRuntime().halt(HALTED);
      }
      commit.run();
      if (here) {
        Runtime.getRuntime().halt(HALTED);
      }
    }

    @Override
    public <T> T around(Call call, Body<T> body) throws FsException {
      boolean here = point.matches(call) && seen.incrementAndGet() == point.occurrence();
      if (here && !point.isAfter()) {
        Runtime.getRuntime().halt(HALTED);
      }
      T result = body.run();
      if (here) {
        Runtime.getRuntime().halt(HALTED);
      }
      return result;
    }
  }
}
