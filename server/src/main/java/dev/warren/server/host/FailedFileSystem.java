package dev.warren.server.host;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;

/**
 * Stands where a plugin could not be opened and answers everything with EIO and the reason: a mount
 * point that is silently missing would send writes into the directory below it.
 */
final class FailedFileSystem implements FileSystem {
  private final String reason;

  FailedFileSystem(String reason) {
    this.reason = reason;
  }

  private FsException failed() {
    return new FsException(Errno.EIO, reason);
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    throw failed();
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    throw failed();
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    throw failed();
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    throw failed();
  }

  @Override
  public void unlink(VfsPath path) throws FsException {
    throw failed();
  }

  @Override
  public void rmdir(VfsPath path) throws FsException {
    throw failed();
  }

  @Override
  public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    throw failed();
  }

  @Override
  public FileSystem nonBlocking() {
    return this;
  }

  @Override
  public void close() {}
}
