package dev.warren.bench;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.localfs.LocalfsPlugin;
import dev.warren.testkit.TestContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** System calls through localfs, in a directory on tmpfs. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LocalfsBenchmark {
  private final ByteBuffer page = ByteBuffer.allocateDirect(4096);
  private final ByteBuffer block = ByteBuffer.allocateDirect(64 << 10);
  private final AttributesBuffer attributes = new AttributesBuffer();
  private Path directory;
  private FileSystem whole;
  private FileSystem files;
  private OpenFile file;
  private VfsPath path;

  /** Opens a directory and a file in it. */
  @Setup
  public void open() throws IOException {
    directory = Files.createTempDirectory(Path.of("/dev/shm"), "warren-jmh-");
    Files.write(directory.resolve("file"), new byte[1 << 20]);
    LocalfsPlugin plugin = new LocalfsPlugin();
    whole =
        plugin.open(
            TestContext.in(directory, plugin),
            plugin.configSpec().parse(Map.of("local_dir", directory.toString())).orThrow());
    files = whole.nonBlocking();
    path = VfsPath.parse("/file");
    file = files.open(path, OpenOptions.READ, 0).nonBlocking();
  }

  /** Removes it. */
  @TearDown
  public void close() throws IOException {
    whole.close();
    Files.delete(directory.resolve("file"));
    Files.delete(directory);
  }

  /** What a Tgetattr needs: openat2, statx, close. */
  @Benchmark
  public AttributesBuffer stat() throws FsException {
    files.stat(path, attributes);
    return attributes;
  }

  /** The same, but the attributes are returned as an object that may be kept. */
  @Benchmark
  public FileAttributes statObject() throws FsException {
    return files.stat(path);
  }

  /** pread of 4 KiB. */
  @Benchmark
  public int readPage() throws FsException {
    return file.read(page.clear(), 8192);
  }

  /** pread of 64 KiB. */
  @Benchmark
  public int readBlock() throws FsException {
    return file.read(block.clear(), 8192);
  }
}
