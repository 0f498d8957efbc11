package dev.warren.server.host;

import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;

/** What the host needs of a namespace. */
interface MountTable {
  /** Shows a file system at a path from now on. */
  void mount(VfsPath path, FileSystem fileSystem) throws FsException;

  /**
   * Takes a file system away: requests in flight may end, what stays open is aborted, then the file
   * system is closed.
   */
  void unmount(VfsPath path) throws FsException;
}
