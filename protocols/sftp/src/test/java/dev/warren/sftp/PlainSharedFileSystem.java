package dev.warren.sftp;

import dev.warren.api.Caller;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.VfsPath;
import dev.warren.frontend.FileLocks;
import dev.warren.frontend.SharedFileSystem;
import dev.warren.frontend.TrackedPath;
import org.jspecify.annotations.Nullable;

/**
 * A single file system, served as it is. SFTP neither locks files nor tracks paths, so neither is
 * supported.
 */
final class PlainSharedFileSystem extends ForwardingFileSystem implements SharedFileSystem {
  PlainSharedFileSystem(FileSystem delegate) {
    super(delegate);
  }

  @Override
  public FileLocks locks() {
    throw new UnsupportedOperationException("SFTP has no locks");
  }

  @Override
  public TrackedPath track(VfsPath path) {
    throw new UnsupportedOperationException("SFTP tracks no paths");
  }

  @Override
  public SharedFileSystem as(Caller caller) {
    return this;
  }

  @Override
  public @Nullable FileSystem nonBlocking() {
    return delegate().nonBlocking();
  }
}
