package dev.warren.frontend;

import dev.warren.api.FsException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Advisory byte-range locks with the rules of fcntl(2): shared and exclusive, on ranges that split
 * and join, owned by a process, so that an owner's new lock replaces its own old one. Keyed by
 * {@link dev.warren.api.FileAttributes#fileId()}. Thread-safe, and no call waits: a lock that has
 * to wait is a future, which holds no thread.
 */
public interface FileLocks {
  /** Whether others may hold a lock on the same bytes. */
  enum Kind {
    /** Excludes exclusive locks: F_RDLCK. */
    SHARED,
    /** Excludes all other locks: F_WRLCK. */
    EXCLUSIVE
  }

  /**
   * Whose a lock is.
   *
   * @param connection the front end's connection, compared by identity
   * @param client the client's name for itself
   * @param process the process on the client
   */
  record Owner(Object connection, String client, long process) {}

  /**
   * Which bytes.
   *
   * @param start the first byte, at least 0
   * @param length how many; 0 for all from {@code start} on, whatever the file grows to
   */
  record Range(long start, long length) {
    /** The whole file. */
    public static final Range ALL = new Range(0, 0);

    /**
     * @throws IllegalArgumentException for negative numbers or an end past 2^63-1
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
   * @param owner whose it is
   * @param kind shared or exclusive
   * @param range on which bytes
   */
  record Held(Owner owner, Kind kind, Range range) {}

  /**
   * Takes a lock if nobody is in the way.
   *
   * @param handle what it goes with: {@link #release(Object)} of it drops the lock
   * @return whether it was taken
   * @throws FsException ENOLCK if the owner's connection holds too many
   */
  boolean tryLock(long fileId, Owner owner, Object handle, Kind kind, Range range)
      throws FsException;

  /**
   * Takes a lock as soon as nobody is in the way, first come, first served. Cancelling the future
   * withdraws the wish; if the lock came first, {@link CompletableFuture#cancel} answers false.
   *
   * @return done when the lock is held; completes on the thread that made way, so continue briefly
   * @throws FsException EDEADLK if the owner would wait for itself over others, ENOLCK
   */
  CompletableFuture<Void> lock(long fileId, Owner owner, Object handle, Kind kind, Range range)
      throws FsException;

  /** Gives up what the owner holds of these bytes; a lock around them is split. */
  void unlock(long fileId, Owner owner, Range range);

  /** A lock that keeps the owner from taking one, if any: F_GETLK. */
  Optional<Held> conflict(long fileId, Owner owner, Kind kind, Range range);

  /** Drops all locks, and wishes for locks, that were taken with this handle. */
  void release(Object handle);

  /** Drops all locks, and wishes for locks, of a connection that has ended. */
  void releaseConnection(Object connection);
}
