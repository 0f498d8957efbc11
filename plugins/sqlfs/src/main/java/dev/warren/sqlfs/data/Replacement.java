package dev.warren.sqlfs.data;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.sqlfs.content.Chunks;
import dev.warren.sqlfs.content.UnattachedContents;
import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.inode.Inodes;
import dev.warren.sqlfs.store.Step;
import dev.warren.sqlfs.store.Transaction;
import java.sql.SQLException;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * An incomplete content that replaces a file's once it is complete. Until then it belongs to this
 * host's session and is deleted with it. Guarded by the file's lock.
 */
final class Replacement {
  private final Volume volume;
  private final Object by;
  private boolean reverts;
  private long content;
  private long stored;
  private boolean unclear;

  /**
   * @param by the open file that writes it
   * @param reverts whether there is an old content, which remains if {@code by} is aborted
   */
  Replacement(Volume volume, Object by, boolean reverts) {
    this.volume = volume;
    this.by = by;
    this.reverts = reverts;
  }

  long content() {
    return content;
  }

  long stored() {
    return stored;
  }

  void shared(Object other) {
    if (!by.equals(other)) {
      reverts = false;
    }
  }

  boolean isBy(Object who) {
    return by.equals(who);
  }

  boolean reverts() {
    return reverts;
  }

  private record Written(long content, long more) {}

  @Nullable Void write(NavigableMap<Long, byte[]> chunks, long expected) throws FsException {
    Written written =
        change(
            transaction -> {
              Flush.requireSession(transaction, expected);
              requireIncomplete(transaction);
              if (content != 0) {
                return new Written(content, Chunks.write(transaction, content, chunks));
              }
              long to = transaction.newId();
              UnattachedContents.begin(transaction, to);
              return new Written(to, Chunks.writeNew(transaction, to, chunks));
            });
    content = written.content;
    stored += written.more;
    return null;
  }

  /** Writes the remaining chunks, and makes this the file's content. */
  InodeRow commit(Flush flush) throws FsException {
    return change(
        transaction -> {
          Flush.requireSession(transaction, flush.session());
          InodeRow row = Inodes.require(transaction.sql(), flush.inode());
          if (row.content() != content) {
            requireIncomplete(transaction);
          }
          long to = content == 0 && !flush.chunks().isEmpty() ? transaction.newId() : content;
          long more;
          if (content == 0) {
            more = Chunks.writeNew(transaction, to, flush.chunks());
          } else {
            more = Chunks.write(transaction, to, flush.chunks());
            UnattachedContents.settle(transaction, to);
          }
          return Flush.replace(
              transaction,
              flush,
              row,
              to,
              unclear ? Chunks.stored(transaction.sql(), to) : stored + more);
        });
  }

  void cut(long size) throws FsException {
    long from = content;
    if (from != 0) {
      stored -=
          change(
              transaction -> {
                requireIncomplete(transaction);
                return Chunks.cut(transaction, from, size, volume.chunkSize());
              });
    }
  }

  /** Deletes what was stored, unless it has become the file's content. Non-blocking. */
  void giveUp() {
    if (content != 0) {
      volume.reaper().giveUp(content);
    }
  }

  /**
   * Makes a change. If the change fails, but may have been made nevertheless, records that the
   * number of stored bytes is unknown.
   */
  private <T extends @Nullable Object> T change(Step<T> step) throws FsException {
    boolean clear = false;
    try {
      T result = volume.store().write(step);
      clear = true;
      return result;
    } finally {
      unclear |= !clear;
    }
  }

  /**
   * Checks that a commit which failed has not made this the file's content. Other hosts may show it
   * then, or have replaced it.
   */
  private void requireIncomplete(Transaction transaction) throws FsException, SQLException {
    if (content != 0
        && !UnattachedContents.isBegun(transaction.sql(), content, transaction.session())) {
      throw new FsException(
          Errno.ESTALE,
          "the file was replaced, but the database's reply was lost; later changes are lost");
    }
  }
}
