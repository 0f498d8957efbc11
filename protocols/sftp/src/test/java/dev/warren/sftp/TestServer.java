package dev.warren.sftp;

import dev.warren.api.FileSystem;
import dev.warren.api.MemoryBudget;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigProblem;
import dev.warren.frontend.FrontEndContext;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.sftp.auth.LoginThrottle;
import dev.warren.sftp.auth.Users;
import dev.warren.sftp.ssh.Clocks;
import dev.warren.sftp.ssh.RunningServer;
import dev.warren.testkit.frontend.ServedContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Starts the front end in a test, on a free port. */
final class TestServer {
  private TestServer() {}

  /** Serves a file system, with defaults for what the configuration does not set. */
  static RunningFrontEnd start(FileSystem files, Path state, Map<String, ?> config)
      throws IOException {
    return start(new SftpFrontEnd(), files, state, config);
  }

  static RunningFrontEnd start(
      SftpFrontEnd frontEnd, FileSystem files, Path state, Map<String, ?> config)
      throws IOException {
    Map<String, Object> all = new HashMap<>(Map.of("listen", List.of("127.0.0.1:0")));
    all.putAll(config);
    Config parsed = frontEnd.configSpec().parse(all).orThrow();
    List<ConfigProblem> problems = frontEnd.check(parsed);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(problems.toString());
    }
    return frontEnd.start(context(files, state, new MemoryBudget(1L << 30, 1L << 30)), parsed);
  }

  /** Serves users that no configuration can describe. */
  static RunningFrontEnd start(
      Path state,
      MemoryBudget memory,
      Users users,
      LoginThrottle throttle,
      InstantSource clock,
      Map<String, ?> config)
      throws IOException {
    Map<String, Object> all = new HashMap<>(Map.of("listen", List.of("127.0.0.1:0")));
    all.putAll(config);
    return RunningServer.start(
        context(new MemoryFileSystem(), state, memory),
        SftpConfig.settings(SftpConfig.SPEC.parse(all).orThrow(), new ArrayList<>()),
        users,
        throttle,
        new Clocks(clock, clock),
        (bound, known) -> List.of());
  }

  /** Serves a file system with a memory budget. */
  static RunningFrontEnd start(
      SftpFrontEnd frontEnd,
      FileSystem files,
      Path state,
      Map<String, ?> config,
      MemoryBudget memory)
      throws IOException {
    Map<String, Object> all = new HashMap<>(Map.of("listen", List.of("127.0.0.1:0")));
    all.putAll(config);
    return frontEnd.start(
        context(files, state, memory), frontEnd.configSpec().parse(all).orThrow());
  }

  private static FrontEndContext context(FileSystem files, Path state, MemoryBudget memory) {
    return new ServedContext(new PlainSharedFileSystem(files), state, memory);
  }
}
