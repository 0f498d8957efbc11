package dev.warren.namespace;

import static dev.warren.testkit.TestFiles.path;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.Caller;
import dev.warren.api.FileHandle;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.frontend.AccessRules;
import dev.warren.frontend.AccessRules.Access;
import dev.warren.frontend.AccessRules.Rule;
import dev.warren.frontend.PathPattern;
import dev.warren.frontend.SharedFileSystems;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.FileSystemContract;
import dev.warren.testkit.Gap;
import dev.warren.testkit.LargeCookiesFileSystem;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/**
 * The file-system contract for every view that the namespace provides of a complete file system.
 */
class NamespaceContractTest {
  private static final MountDescription MEMFS = MountDescription.of("memfs");

  private static Namespace mounted(String... paths) throws FsException {
    Namespace namespace = new Namespace();
    for (String path : paths) {
      namespace.mount(path(path), new MemoryFileSystem(), MEMFS);
    }
    return namespace;
  }

  /** Returns a view whose close closes the namespace, because views themselves need no closing. */
  private static FileSystem closing(Namespace namespace, FileSystem view) {
    return new ForwardingFileSystem(view) {
      @Override
      public @Nullable FileHandle find(VfsPath path, AttributesBuffer into) throws FsException {
        return view.find(path, into);
      }

      @Override
      public @Nullable FileSystem nonBlocking() {
        return view.nonBlocking();
      }

      @Override
      public void close() {
        namespace.close();
      }
    };
  }

  /**
   * The contract with a smaller large directory, since its usual size needs to be tested only once.
   */
  abstract static class NonBlockingContract extends FileSystemContract {
    @Override
    public int manyEntries() {
      return 2_000;
    }
  }

  @Nested
  @Tag("slow")
  class MountedAtTheRoot extends FileSystemContract {
    @Override
    protected FileSystem createFileSystem() throws FsException {
      return mounted("/");
    }
  }

  @Nested
  class MountedBelow extends NonBlockingContract {
    @Override
    protected FileSystem createFileSystem() throws FsException {
      return mounted("/mnt/memory", "/mnt/other");
    }

    @Override
    protected VfsPath baseDirectory() {
      return path("/mnt/memory");
    }
  }

  @Nested
  @Tag("slow")
  class MountedInAnotherTree extends FileSystemContract {
    @Override
    protected FileSystem createFileSystem() throws FsException {
      return mounted("/a/b/c", "/", "/a");
    }

    @Override
    protected VfsPath baseDirectory() {
      return path("/a/b/c");
    }
  }

  @Nested
  @Tag("slow")
  class CallersView extends NonBlockingContract {
    @Override
    protected FileSystem createFileSystem() throws FsException {
      Namespace namespace = mounted("/mnt");
      return closing(namespace, namespace.as(new Caller("ann", 1000, 1000, List.of(), "9p", null)));
    }

    @Override
    protected VfsPath baseDirectory() {
      return path("/mnt");
    }
  }

  @Nested
  @Tag("slow")
  class SubtreeIsAMount extends NonBlockingContract {
    @Override
    protected FileSystem createFileSystem() throws FsException {
      Namespace namespace = mounted("/mnt", "/");
      return closing(namespace, SharedFileSystems.subtree(namespace, path("/mnt")));
    }
  }

  @Nested
  @Tag("slow")
  class SubtreeInsideAMount extends NonBlockingContract {
    @Override
    protected FileSystem createFileSystem() throws FsException {
      Namespace namespace = mounted("/mnt");
      namespace.mkdir(path("/mnt/home"), 0755);
      namespace.mkdir(path("/mnt/home/ann"), 0755);
      return closing(namespace, SharedFileSystems.subtree(namespace, path("/mnt/home/ann")));
    }
  }

  @Nested
  @Tag("slow")
  class WritableByRule extends NonBlockingContract {
    @Override
    protected FileSystem createFileSystem() throws FsException {
      AccessRules rules =
          new AccessRules(List.of(new Rule(PathPattern.parse("/m?t/**"), Access.WRITE)));
      Namespace namespace = mounted("/mnt");
      return closing(namespace, SharedFileSystems.restricted(namespace, rules));
    }

    @Override
    protected VfsPath baseDirectory() {
      return path("/mnt");
    }
  }

  /**
   * Cookies above those that the namespace assigns to mounts, in a directory that contains a mount.
   */
  @Nested
  class OverLargeCookies extends NonBlockingContract {
    @Override
    protected FileSystem createFileSystem() throws FsException {
      Namespace namespace = mounted("/data/scratch");
      FileSystem large = new LargeCookiesFileSystem(new MemoryFileSystem());
      namespace.mount(path("/data"), large, MEMFS);
      return namespace;
    }

    @Override
    protected VfsPath baseDirectory() {
      return path("/data");
    }
  }

  /** A directory on disk that contains a mount, so that its own listing is merged. */
  @Nested
  @Tag("slow")
  class OverADisk extends NonBlockingContract {
    private @Nullable DiskDirectory directory;

    @Override
    protected FileSystem createFileSystem() throws IOException {
      directory = DiskDirectory.create();
      Namespace namespace = mounted("/data/scratch");
      namespace.mount(path("/data"), directory.open(), MountDescription.of("localfs"));
      return namespace;
    }

    @Override
    protected VfsPath baseDirectory() {
      return path("/data");
    }

    @Override
    public Set<Gap> gaps() {
      return DiskDirectory.gaps();
    }

    @AfterEach
    void remove() throws IOException {
      if (directory != null) {
        directory.close();
      }
    }
  }
}
