package dev.warren.namespace;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.Operation;
import dev.warren.api.UniformFileSystem;
import dev.warren.api.VfsPath;
import org.jspecify.annotations.Nullable;

/** Takes the place of a plugin that could not be opened: every operation is EIO with the reason. */
final class FailedFileSystem extends UniformFileSystem {
  private final String reason;

  FailedFileSystem(String reason) {
    this.reason = reason;
  }

  private FsException failure() {
    return new FsException(Errno.EIO, reason);
  }

  @Override
  protected <T extends @Nullable Object> T call(
      Operation operation, VfsPath path, Request<T> request) throws FsException {
    throw failure();
  }

  @Override
  protected void move(Operation operation, VfsPath from, VfsPath to, Move move) throws FsException {
    throw failure();
  }

  @Override
  public FileSystem nonBlocking() {
    return this;
  }

  @Override
  public void close() {}
}
