package dev.warren.ninep;

import dev.warren.api.FileSystem;
import dev.warren.api.VfsPath;
import dev.warren.api.frontend.RunningFrontEnd;
import dev.warren.localfs.LocalfsPlugin;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.namespace.MountOptions;
import dev.warren.namespace.Namespace;
import dev.warren.testkit.BlockingFileSystem;
import dev.warren.testkit.Operation;
import dev.warren.testkit.TestContext;
import dev.warren.testkit.TestFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A host of its own for tests with real clients: {@code NinepTestServer PORT DIRECTORY} serves the
 * directory at /local, memory at /tmp and files that never answer at /stuck, until it is killed.
 */
final class NinepTestServer {
  private NinepTestServer() {}

  /** Serves. */
  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[1]);
    LocalfsPlugin plugin = new LocalfsPlugin();
    FileSystem local =
        plugin.open(
            TestContext.in(directory, plugin),
            plugin.configSpec().parse(Map.of("local_dir", directory.toString())).orThrow());
    Namespace namespace = new Namespace();
    namespace.mount(VfsPath.parse("/local"), local, MountOptions.of("localfs"));
    namespace.mount(VfsPath.parse("/tmp"), new MemoryFileSystem(), MountOptions.of("memfs"));
    MemoryFileSystem memory = new MemoryFileSystem();
    TestFiles.write(memory, VfsPath.parse("/never"), "");
    BlockingFileSystem stuck = new BlockingFileSystem(memory);
    stuck.hold(Operation.READ, VfsPath.parse("/never"));
    namespace.mount(VfsPath.parse("/stuck"), stuck, MountOptions.of("stuck"));
    try (RunningFrontEnd server =
        new NinepFrontEnd()
            .start(
                new ServedFiles(namespace),
                ServedFiles.config(Map.of("listen", List.of("127.0.0.1:" + args[0]))))) {
      System.out.println("listening on " + server.addresses());
      new CountDownLatch(1).await();
    }
  }
}
