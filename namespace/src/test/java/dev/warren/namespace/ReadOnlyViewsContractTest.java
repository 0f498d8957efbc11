package dev.warren.namespace;

import static dev.warren.testkit.TestFiles.path;

import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.frontend.AccessRules;
import dev.warren.frontend.AccessRules.Access;
import dev.warren.frontend.AccessRules.Rule;
import dev.warren.frontend.PathPattern;
import dev.warren.frontend.SharedFileSystem;
import dev.warren.frontend.SharedFileSystems;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.NonBlockingFirstFileSystem;
import dev.warren.testkit.ReadOnlyFileSystemContract;
import dev.warren.testkit.TestFiles;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Nested;

/** The contract for read-only file systems, for each view that forbids all changes. */
class ReadOnlyViewsContractTest {
  /** A view of a namespace with a writable file system, which is closed with it. */
  abstract static class View extends ReadOnlyFileSystemContract {
    abstract FileSystem view(SharedFileSystem shared) throws FsException;

    @Override
    protected FileSystem createFileSystem() throws Exception {
      Namespace namespace = new Namespace();
      namespace.mount(path("/mnt"), new MemoryFileSystem(), MountDescription.of("memfs"));
      namespace.mkdir(path("/mnt/files"), 0755);
      namespace.mkdir(path("/mnt/files/empty"), 0755);
      TestFiles.write(namespace, path("/mnt/files/one"), "first");
      TestFiles.write(namespace, path("/mnt/files/two"), "second");
      return new ForwardingFileSystem(view(namespace)) {
        @Override
        public void close() {
          namespace.close();
        }
      };
    }

    /** The path of the files in the view. */
    String files() {
      return "/mnt/files";
    }

    @Override
    protected VfsPath existingFile() {
      return path(files() + "/one");
    }

    @Override
    protected VfsPath otherFile() {
      return path(files() + "/two");
    }

    @Override
    protected VfsPath emptyDirectory() {
      return path(files() + "/empty");
    }
  }

  @Nested
  class ReadOnly extends View {
    @Override
    FileSystem view(SharedFileSystem shared) {
      return SharedFileSystems.readOnly(shared);
    }
  }

  @Nested
  class OfACaller extends View {
    @Override
    FileSystem view(SharedFileSystem shared) {
      Caller ann = new Caller("ann", 1000, 1000, List.of(), "9p", null);
      return SharedFileSystems.readOnly(shared).as(ann);
    }
  }

  @Nested
  class ThatDoesNotWait extends View {
    @Override
    FileSystem view(SharedFileSystem shared) {
      FileSystem view = SharedFileSystems.readOnly(shared);
      Objects.requireNonNull(view.nonBlocking());
      return new NonBlockingFirstFileSystem(view);
    }
  }

  @Nested
  class OfASubtree extends View {
    @Override
    FileSystem view(SharedFileSystem shared) throws FsException {
      return SharedFileSystems.readOnly(SharedFileSystems.subtree(shared, path("/mnt/files")));
    }

    @Override
    String files() {
      return "";
    }
  }

  /** Access rules return EACCES where a read-only view returns EROFS. */
  abstract static class Ruled extends View {
    abstract List<Rule> rules() throws FsException;

    @Override
    FileSystem view(SharedFileSystem shared) throws FsException {
      return SharedFileSystems.restricted(shared, new AccessRules(rules()));
    }

    @Override
    protected Errno refusal() {
      return Errno.EACCES;
    }
  }

  @Nested
  class ReadableByRule extends Ruled {
    @Override
    List<Rule> rules() throws FsException {
      return List.of(new Rule(PathPattern.parse("/mnt"), Access.READ));
    }
  }

  @Nested
  class ReadableByRuleInWhatIsWritable extends Ruled {
    @Override
    List<Rule> rules() throws FsException {
      return List.of(
          new Rule(PathPattern.parse("/mnt"), Access.WRITE),
          new Rule(PathPattern.parse("/mnt/f*"), Access.READ));
    }
  }
}
