package dev.warren.memfs;

import dev.warren.api.FileSystem;
import dev.warren.testkit.FileSystemContract;

/** What every file system must do, of which memfs lacks nothing. */
class MemoryFileSystemContractTest extends FileSystemContract {
  @Override
  protected FileSystem createFileSystem() {
    return new MemoryFileSystem();
  }
}
