package dev.warren.memfs;

import dev.warren.api.FileSystem;
import dev.warren.testkit.FileSystemContract;

/** The file-system contract, without any gaps. */
class MemoryFileSystemContractTest extends FileSystemContract {
  @Override
  protected FileSystem createFileSystem() {
    return new MemoryFileSystem();
  }
}
