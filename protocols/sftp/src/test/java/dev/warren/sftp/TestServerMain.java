package dev.warren.sftp;

import dev.warren.api.FileSystem;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.localfs.LocalfsPlugin;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.TestContext;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A server for trying clients by hand, and for {@code tests/sftp} without a host: {@code
 * TestServerMain PORT STATE-DIRECTORY AUTHORIZED-KEYS [LOCAL-DIRECTORY]}. Without a local directory
 * it serves a memfs. The user's name is {@code user}, and a proxy may connect from 127.0.0.3.
 */
final class TestServerMain {
  private TestServerMain() {}

  public static void main(String[] args) throws Exception {
    Path state = Path.of(args[1]);
    FileSystem files =
        args.length > 3
            ? TestContext.open(
                new LocalfsPlugin(), TestContext.in(state), Map.of("local_dir", args[3]))
            : new MemoryFileSystem(4L << 30, InstantSource.system());
    Map<String, Object> user = Map.of("name", "user", "authorized_keys", args[2]);
    RunningFrontEnd running =
        TestServer.start(
            files,
            state,
            Map.of(
                "listen",
                List.of("127.0.0.1:" + args[0]),
                "proxies",
                List.of("127.0.0.3"),
                "users",
                List.of(user)));
    System.out.println("listening on " + running.addresses());
    new CountDownLatch(1).await();
  }
}
