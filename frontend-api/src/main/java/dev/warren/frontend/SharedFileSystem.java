package dev.warren.frontend;

import dev.warren.api.Caller;
import dev.warren.api.FileSystem;
import dev.warren.api.OpenDirectory;
import dev.warren.api.VfsPath;
import org.jspecify.annotations.Nullable;

/**
 * The one file system that all front ends serve. Beyond the features of a plugin's file system, it
 * has locks and paths that follow renames, both shared by all connections of all front ends, and
 * its {@code fileId}s are unique across all mounts.
 */
public interface SharedFileSystem extends FileSystem {
  /**
   * How many cookies, from {@link OpenDirectory#RESERVED_COOKIES} on, are left to front ends, for
   * {@code .} and {@code ..}. The shared file system uses reserved cookies after these for its own
   * entries.
   */
  int FRONT_END_COOKIES = 16;

  /** The byte-range locks on its files. Every view returns the same object. */
  FileLocks locks();

  /**
   * Starts to track a path: when the path or a directory above it is renamed through this file
   * system, by any client, the tracked path changes accordingly.
   */
  TrackedPath track(VfsPath path);

  @Override
  SharedFileSystem as(Caller caller);

  @Override
  @Nullable FileSystem nonBlocking();
}
