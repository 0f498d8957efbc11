package dev.warren.bench;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.namespace.MountDescription;
import dev.warren.namespace.Namespace;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What the namespace adds to a request, with few and with many mounts. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class NamespaceBenchmark {
  /** How many file systems are mounted. */
  @Param({"1", "10", "100", "1000"})
  public int mounts;

  private final MemoryFileSystem files = new MemoryFileSystem();
  private final AttributesBuffer attributes = new AttributesBuffer();
  private Namespace namespace;
  private FileSystem view;
  private VfsPath outer;
  private VfsPath inner;

  /** Mounts. */
  @Setup
  public void mount() throws FsException {
    inner = VfsPath.parse("/directory/file");
    files.mkdir(inner.parentOrRoot(), 0755);
    files.open(inner, OpenOptions.REPLACE, 0644).close();
    namespace = new Namespace();
    namespace.mount(VfsPath.parse("/mounts/it"), files, MountDescription.of("memfs"));
    for (int i = 1; i < mounts; i++) {
      namespace.mount(
          VfsPath.parse("/mounts/m" + i), new MemoryFileSystem(), MountDescription.of("memfs"));
    }
    view = namespace.nonBlocking();
    outer = VfsPath.parse("/mounts/it/directory/file");
  }

  /** Unmounts. */
  @TearDown
  public void close() {
    namespace.close();
  }

  /** Requests attributes through the namespace, as a Tgetattr does. */
  @Benchmark
  public AttributesBuffer stat() throws FsException {
    view.stat(outer, attributes);
    return attributes;
  }

  /** Requests attributes without the namespace, for comparison. */
  @Benchmark
  public FileAttributes withoutNamespace() throws FsException {
    return files.stat(inner);
  }
}
