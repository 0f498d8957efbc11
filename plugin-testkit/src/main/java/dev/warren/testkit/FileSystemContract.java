package dev.warren.testkit;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The requirements for every file system, whatever it is based on. A plugin's test extends this
 * class and opens the file system:
 *
 * <pre>{@code
 * class MemoryFileSystemTest extends FileSystemContract {
 *   @Override
 *   protected FileSystem createFileSystem() {
 *     return new MemoryFileSystem();
 *   }
 * }
 * }</pre>
 *
 * <p>Each case opens a file system and works in an empty directory of its own. The errors are those
 * of Linux on tmpfs and ext4 for paths that are resolved with {@code
 * openat2(RESOLVE_BENEATH|RESOLVE_NO_SYMLINKS)} and {@code O_NOFOLLOW}; where systems differ and
 * the contract does not decide, a case accepts either result.
 */
@ExtendWith(ArgumentsInFailures.class)
public abstract class FileSystemContract
    implements DirectoryCases,
        LookupCases,
        NameCases,
        OpenCases,
        ReadWriteCases,
        AppendCases,
        TruncateCases,
        UnlinkCases,
        RenameCases,
        HardLinkCases,
        SymbolicLinkCases,
        SpecialFileCases,
        AttributeCases,
        BufferedStatCases,
        ListingCases,
        NameBytesCases,
        XattrCases,
        HandleCases,
        FoundCases,
        ConcurrencyCases,
        NonBlockingCases {
  private static final AtomicInteger CASES = new AtomicInteger();

  private @Nullable FileSystem fileSystem;
  private VfsPath directory = VfsPath.ROOT;

  /** Creates the contract, for classes that extend it. */
  protected FileSystemContract() {}

  /**
   * Opens the file system under test. It is called once for each case, and the result is closed
   * after the case; it may be a view of an object that outlives the case.
   */
  protected abstract FileSystem createFileSystem() throws Exception;

  /**
   * An existing directory in which each case creates a directory of its own; the root by default.
   */
  protected VfsPath baseDirectory() {
    return VfsPath.ROOT;
  }

  /** What the file system inherently does not support; nothing by default. */
  @Override
  public Set<Gap> gaps() {
    return Set.of();
  }

  /**
   * How many entries represent a very large directory: 100,000 by default. Use fewer if each entry
   * costs a round trip.
   */
  @Override
  public int manyEntries() {
    return 100_000;
  }

  /**
   * Returns how an error appears to the test: unchanged by default. Override this for a protocol
   * with fewer errors, which maps several to one.
   */
  @Override
  public Errno visible(Errno errno) {
    return errno;
  }

  /** The file system under test. */
  @Override
  public final FileSystem fs() {
    if (fileSystem == null) {
      throw new IllegalStateException("no case is running");
    }
    return fileSystem;
  }

  /** An empty directory for this case alone. */
  @Override
  public final VfsPath dir() {
    return directory;
  }

  @BeforeEach
  final void openFileSystem() throws Exception {
    fileSystem = createFileSystem();
    directory = baseDirectory().resolve("case-" + CASES.incrementAndGet());
    fileSystem.mkdir(directory, TestFiles.DIRECTORY_PERMISSIONS);
  }

  @AfterEach
  final void closeFileSystem() throws FsException {
    if (fileSystem != null) {
      fileSystem.close();
    }
  }
}
