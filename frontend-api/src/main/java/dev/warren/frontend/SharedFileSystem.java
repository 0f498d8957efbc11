package dev.warren.frontend;

import dev.warren.api.Caller;
import dev.warren.api.FileSystem;
import dev.warren.api.OpenDirectory;
import dev.warren.api.VfsPath;
import org.jspecify.annotations.Nullable;

/**
 * The one file system that all front ends serve. Beyond a plugin's it has locks and paths that
 * follow renames, both shared by every connection of every front end, and its {@code fileId}s are
 * unique over everything in it.
 */
public interface SharedFileSystem extends FileSystem {
  /**
   * How many cookies from {@link OpenDirectory#RESERVED_COOKIES} on a shared file system leaves to
   * front ends, for {@code .} and {@code ..}. Its own entries have reserved cookies after these.
   */
  int FRONT_END_COOKIES = 16;

  /** The byte-range locks on its files. The same object for every view. */
  FileLocks locks();

  /**
   * Starts to follow a path: when it or a directory above it is renamed through this file system,
   * by whomever, the tracked path changes along.
   */
  TrackedPath track(VfsPath path);

  @Override
  SharedFileSystem as(Caller caller);

  @Override
  @Nullable FileSystem nonBlocking();
}
