package dev.warren.testkit;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.VfsPath;
import org.junit.jupiter.api.Nested;

/** A tree of the synthetic kit cannot be changed, except by writing to its files. */
class SyntheticReadOnlyContractTest {
  /** The contract on two files of one directory. */
  abstract static class Tree extends ReadOnlyFileSystemContract {
    private final String existing;
    private final String other;

    Tree(String existing, String other) {
      this.existing = existing;
      this.other = other;
    }

    @Override
    protected FileSystem createFileSystem() {
      return SyntheticPlugin.tree("hello");
    }

    @Override
    protected VfsPath existingFile() {
      return TestFiles.path(existing);
    }

    @Override
    protected VfsPath otherFile() {
      return TestFiles.path(other);
    }

    @Override
    protected VfsPath emptyDirectory() {
      return TestFiles.path("/empty");
    }

    /** Files that cannot be written have mode 0444. */
    @Override
    protected Errno forWriting() {
      return Errno.EACCES;
    }
  }

  @Nested
  class Constants extends Tree {
    Constants() {
      super("/constant", "/computed");
    }
  }

  @Nested
  class ComputedFiles extends Tree {
    ComputedFiles() {
      super("/computed", "/immediate");
    }
  }

  @Nested
  class EntriesOfAComputedDirectory extends Tree {
    EntriesOfAComputedDirectory() {
      super("/listed/one", "/listed/two");
    }
  }
}
