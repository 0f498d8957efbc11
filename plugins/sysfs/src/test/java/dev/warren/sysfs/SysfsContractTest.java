package dev.warren.sysfs;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.VfsPath;
import dev.warren.api.synthetic.SyntheticDirectory;
import dev.warren.api.synthetic.SyntheticFileSystem;
import dev.warren.testkit.ReadOnlyFileSystemContract;
import dev.warren.testkit.TestFiles;
import java.util.function.Function;
import org.junit.jupiter.api.Nested;

/** Neither owners nor other users can change the tree itself. */
class SysfsContractTest {
  abstract static class Seen extends ReadOnlyFileSystemContract {
    private final Function<SystemTree, SyntheticDirectory> as;

    Seen(Function<SystemTree, SyntheticDirectory> as) {
      this.as = as;
    }

    @Override
    protected FileSystem createFileSystem() {
      return new SyntheticFileSystem(as.apply(new SystemTree(new TestHost(), "# sysfs\n")));
    }

    @Override
    protected VfsPath existingFile() {
      return TestFiles.path("/version");
    }

    @Override
    protected VfsPath otherFile() {
      return TestFiles.path("/uptime");
    }

    @Override
    protected VfsPath emptyDirectory() {
      return TestFiles.path("/plugins");
    }

    @Override
    protected Errno forWriting() {
      return Errno.EACCES;
    }
  }

  @Nested
  class ByReaders extends Seen {
    ByReaders() {
      super(SystemTree::forReaders);
    }
  }

  @Nested
  class ByTheOwner extends Seen {
    ByTheOwner() {
      super(SystemTree::forOwner);
    }
  }
}
