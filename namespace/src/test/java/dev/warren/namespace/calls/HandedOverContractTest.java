package dev.warren.namespace.calls;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.FileHandle;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.ForwardingOpenDirectory;
import dev.warren.api.ForwardingOpenFile;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.BlockingFileSystem;
import dev.warren.testkit.FileSystemContract;
import dev.warren.testkit.NonBlockingFirstFileSystem;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** The file-system contract, with calls handed over to a mount's threads. */
class HandedOverContractTest {
  /** All its operations may block. */
  private static final class Waiting extends ForwardingFileSystem {
    Waiting() {
      super(new MemoryFileSystem());
    }

    @Override
    public @Nullable FileHandle find(VfsPath path, AttributesBuffer into) throws FsException {
      return delegate().find(path, into);
    }

    @Override
    public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
      return new ForwardingOpenFile(super.open(path, options, permissions)) {};
    }

    @Override
    public OpenDirectory openDirectory(VfsPath path) throws FsException {
      return new ForwardingOpenDirectory(super.openDirectory(path)) {};
    }
  }

  abstract static class NonBlockingContract extends FileSystemContract {
    private final CallPool pool = new CallPool("test");

    FileSystem handedOver(FileSystem fileSystem) {
      return pool.around(fileSystem);
    }

    @AfterEach
    void endThreads() {
      pool.close();
    }

    @Override
    public int manyEntries() {
      return 2_000;
    }
  }

  @Nested
  class WhereAllMayWait extends NonBlockingContract {
    @Override
    protected FileSystem createFileSystem() {
      return handedOver(new Waiting());
    }
  }

  @Nested
  @Tag("slow")
  class WhereSomeNeedNotWait extends NonBlockingContract {
    @Override
    protected FileSystem createFileSystem() {
      return handedOver(new BlockingFileSystem(new MemoryFileSystem()));
    }
  }

  @Nested
  @Tag("slow")
  class ThroughItsViews extends NonBlockingContract {
    @Override
    protected FileSystem createFileSystem() {
      return new NonBlockingFirstFileSystem(
          handedOver(new BlockingFileSystem(new MemoryFileSystem())));
    }
  }
}
