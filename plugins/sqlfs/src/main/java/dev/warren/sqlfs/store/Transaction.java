package dev.warren.sqlfs.store;

import dev.warren.api.Errno;
import dev.warren.api.FsException;

/**
 * The transaction of a step. No other thread or host writes to this file system meanwhile: each
 * transaction begins by locking the only row of {@code sqlfs_volume}.
 */
public final class Transaction {
  private final Statements statements;
  private final ChangedFiles changed;
  private final long limit;
  private final long now;
  private final long session;
  private Counters counters;

  Transaction(
      Statements statements,
      ChangedFiles changed,
      Counters counters,
      long limit,
      long now,
      long session) {
    this.statements = statements;
    this.changed = changed;
    this.counters = counters;
    this.limit = limit;
    this.now = now;
    this.session = session;
  }

  /** The statements of its connection. */
  public Statements sql() {
    return statements;
  }

  /** The time of the transaction, in nanoseconds since 1970, by a clock that all hosts share. */
  public long now() {
    return now;
  }

  /** This host's session. */
  public long session() {
    return session;
  }

  /** Returns a number that was never used. */
  public long newId() {
    counters = new Counters(counters.lastId() + 1, counters.bytes(), counters.files());
    return counters.lastId();
  }

  /**
   * Adds to the counters of bytes and files; negative numbers subtract.
   *
   * @throws FsException ENOSPC if that exceeds the limit
   */
  public void count(long bytes, int files) throws FsException {
    if (bytes > 0 && bytes > limit - counters.bytes()) {
      throw new FsException(Errno.ENOSPC);
    }
    counters = new Counters(counters.lastId(), counters.bytes() + bytes, counters.files() + files);
  }

  /** Notes that a file changed. */
  public void touch(long inode) {
    changed.inodes().add(inode);
  }

  /** Notes that a name was added or removed, or refers to another file. */
  public void touch(long parent, byte[] name) {
    changed.names().add(new ChangedFiles.Name(parent, name));
  }

  Counters counters() {
    return counters;
  }

  void restore(Counters before) {
    counters = before;
  }
}
