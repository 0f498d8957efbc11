package dev.warren.frontend;

import dev.warren.api.FsException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Advisory byte-range locks with the rules of fcntl(2): shared and exclusive locks on ranges that
 * split and join. A lock is owned by a process; a new lock replaces older locks of the same owner.
 * Keyed by {@link dev.warren.api.FileAttributes#fileId()}. Thread-safe and non-blocking: a lock
 * that has to wait is a future, which does not occupy a thread.
 */
public interface FileLocks {
  /** Whether other owners may hold a lock on the same bytes. */
  enum Kind {
    /** Excludes exclusive locks: F_RDLCK. */
    SHARED,
    /** Excludes all other locks: F_WRLCK. */
    EXCLUSIVE
  }

  /**
   * The owner of a lock.
   *
   * @param connection the front end's connection, compared by identity
   * @param client the name that the client gave itself
   * @param process the process on the client
   */
  record Owner(Object connection, String client, long process) {}

  /**
   * A range of bytes.
   *
   * @param start the first byte, at least 0
   * @param length the number of bytes; 0 for all from {@code start} on, even if the file grows
   */
  record Range(long start, long length) {
    /** The whole file. */
    public static final Range ALL = new Range(0, 0);

    /**
     * @throws IllegalArgumentException for negative values or an end beyond 2^63-1
     */
    public Range {
      if (start < 0 || length < 0 || start > Long.MAX_VALUE - length) {
        throw new IllegalArgumentException(start + "+" + length);
      }
    }

    /** The last byte; {@link Long#MAX_VALUE} for a length of 0. */
    public long last() {
      return length == 0 ? Long.MAX_VALUE : start + length - 1;
    }
  }

  /**
   * A lock that is held.
   *
   * @param owner its owner
   * @param kind shared or exclusive
   * @param range its bytes
   */
  record Held(Owner owner, Kind kind, Range range) {}

  /**
   * Acquires a lock if no other owner's lock conflicts with it.
   *
   * @param handle the handle to which the lock belongs: {@link #release(Object)} of the handle
   *     drops the lock
   * @return whether it was acquired
   * @throws FsException ENOLCK if the owner's connection holds too many locks
   */
  boolean tryLock(long fileId, Owner owner, Object handle, Kind kind, Range range)
      throws FsException;

  /**
   * Acquires a lock as soon as no other owner's lock conflicts with it, first come, first served.
   * Cancelling the future withdraws the request; if the lock was already granted, {@link
   * CompletableFuture#cancel} returns false.
   *
   * @return completes when the lock is held; it completes on the thread that released the
   *     conflicting lock, so continuations must be short
   * @throws FsException EDEADLK if the owner would wait for itself through other owners, ENOLCK
   */
  CompletableFuture<Void> lock(long fileId, Owner owner, Object handle, Kind kind, Range range)
      throws FsException;

  /** Releases the owner's locks on these bytes; a lock that extends beyond them is split. */
  void unlock(long fileId, Owner owner, Range range);

  /** Returns a lock that prevents the owner from acquiring one, if any: F_GETLK. */
  Optional<Held> conflict(long fileId, Owner owner, Kind kind, Range range);

  /** Drops all locks and pending lock requests of this handle. */
  void release(Object handle);

  /** Drops all locks and pending lock requests of a connection that has ended. */
  void releaseConnection(Object connection);
}
