package dev.warren.sqlfs;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.Caller;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileHandle;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.Operation;
import dev.warren.api.UniformFileSystem;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import dev.warren.sqlfs.cache.InodeCache;
import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.names.Files;
import org.jspecify.annotations.Nullable;

/** The non-blocking view of a file system: it returns the attributes of files that are cached. */
final class CachedView extends UniformFileSystem {
  private final SqlFileSystem blocking;

  CachedView(SqlFileSystem blocking) {
    this.blocking = blocking;
  }

  @Override
  protected <T extends @Nullable Object> T call(
      Operation operation, VfsPath path, Request<T> request) throws FsException {
    throw WouldBlockException.INSTANCE;
  }

  @Override
  protected void move(Operation operation, VfsPath from, VfsPath to, Move move) throws FsException {
    throw WouldBlockException.INSTANCE;
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    return blocking.cached(path);
  }

  @Override
  public @Nullable FileHandle find(VfsPath path, AttributesBuffer into) throws FsException {
    throw WouldBlockException.INSTANCE; // a file that is to be held is read again
  }

  @Override
  public FileSystem as(Caller caller) {
    return blocking.as(caller).nonBlocking();
  }

  @Override
  public FileSystem nonBlocking() {
    return this;
  }

  @Override
  public boolean isShared() {
    return blocking.isShared();
  }

  @Override
  public void close() {
    blocking.close();
  }

  /** The files that are cached. */
  record Cached(InodeCache cache) implements Files {
    @Override
    public InodeRow inode(long id) throws FsException {
      return required(cache.cached(id));
    }

    @Override
    public InodeRow child(long parent, byte[] name) throws FsException {
      return required(cache.cachedChild(parent, name));
    }

    private static InodeRow required(@Nullable InodeRow row) throws FsException {
      if (row == null) {
        throw WouldBlockException.INSTANCE;
      }
      return row;
    }
  }
}
