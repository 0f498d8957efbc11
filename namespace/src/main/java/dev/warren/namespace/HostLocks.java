package dev.warren.namespace;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.frontend.FileLocks;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Locks that are known only to this host. Locks on files that other hosts also change are refused,
 * because those hosts would not respect them.
 */
record HostLocks(FileLocks locks, Supplier<MountTable> table) implements FileLocks {
  private void require(long fileId) throws FsException {
    int number = FileIds.mountNumber(fileId);
    for (Mount mount : table.get().mounts()) {
      if (mount.number() == number && mount.isShared()) {
        throw new FsException(
            Errno.ENOLCK, "other hosts share this file, and would not see the lock");
      }
    }
  }

  @Override
  public boolean tryLock(long fileId, Owner owner, Object handle, Kind kind, Range range)
      throws FsException {
    require(fileId);
    return locks.tryLock(fileId, owner, handle, kind, range);
  }

  @Override
  public CompletableFuture<Void> lock(
      long fileId, Owner owner, Object handle, Kind kind, Range range) throws FsException {
    require(fileId);
    return locks.lock(fileId, owner, handle, kind, range);
  }

  @Override
  public void unlock(long fileId, Owner owner, Range range) {
    locks.unlock(fileId, owner, range);
  }

  @Override
  public Optional<Held> conflict(long fileId, Owner owner, Kind kind, Range range) {
    return locks.conflict(fileId, owner, kind, range);
  }

  @Override
  public void release(Object handle) {
    locks.release(handle);
  }

  @Override
  public void releaseConnection(Object connection) {
    locks.releaseConnection(connection);
  }
}
