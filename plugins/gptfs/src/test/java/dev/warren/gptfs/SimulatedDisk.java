package dev.warren.gptfs;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.Operation;
import dev.warren.testkit.Call;
import dev.warren.testkit.InterceptedDatabase;
import dev.warren.testkit.Interceptor;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Set;

/**
 * The disk as one host sees it: it can be full for a while, it can fail, and the host can die at
 * any change of it. Thread-safe.
 */
final class SimulatedDisk implements Interceptor, InterceptedDatabase.Commits {
  private static final Set<Operation> CHANGES =
      EnumSet.of(
          Operation.OPEN,
          Operation.WRITE,
          Operation.RENAME,
          Operation.UNLINK,
          Operation.LINK,
          Operation.MKDIR,
          Operation.TRUNCATE,
          Operation.FSYNC);

  private static final int SQLITE_IOERR = 10;
  private static final int SQLITE_FULL = 13;

  private int changesLeft = Integer.MAX_VALUE;
  private boolean afterTheLast;
  private int refusedCommits;
  private boolean commitFails;
  private boolean outboxFull;
  private boolean dead;

  /** What happens to a change. */
  private enum Fate {
    DONE,
    DONE_UNNOTICED,
    DEAD
  }

  /** The host dies at a later change, before or after that change has reached the disk. */
  synchronized void dieAfter(int changes, boolean afterwards) {
    changesLeft = changes;
    afterTheLast = afterwards;
  }

  /** The host dies now. */
  synchronized void die() {
    dead = true;
  }

  synchronized boolean isDead() {
    return dead;
  }

  /** The next commits find no space. */
  synchronized void refuseCommits(int count) {
    refusedCommits = count;
  }

  /** Whether commits find no space. */
  synchronized boolean refusesCommits() {
    return refusedCommits > 0;
  }

  /** The next commit fails for good, before or after it has reached the disk. */
  synchronized void failCommit(boolean afterwards) {
    commitFails = true;
    afterTheLast = afterwards;
  }

  /** Sets whether the disk is full for files that are published. */
  synchronized void fillOutbox(boolean full) {
    outboxFull = full;
  }

  /** The disk makes no more faults, unless the host is dead. */
  synchronized void heal() {
    changesLeft = Integer.MAX_VALUE;
    refusedCommits = 0;
    commitFails = false;
    outboxFull = false;
  }

  private synchronized Fate change() {
    if (dead) {
      return Fate.DEAD;
    }
    if (changesLeft-- > 0) {
      return Fate.DONE;
    }
    dead = true;
    return afterTheLast ? Fate.DONE_UNNOTICED : Fate.DEAD;
  }

  @Override
  public void around(Connection connection, InterceptedDatabase.Commit commit) throws SQLException {
    boolean reaches = true;
    boolean fails = false;
    synchronized (this) {
      if (!dead && refusedCommits > 0) {
        refusedCommits--;
        throw new SQLException("database or disk is full", "", SQLITE_FULL);
      }
      if (!dead && commitFails) {
        commitFails = false;
        fails = true;
        reaches = afterTheLast;
      }
    }
    Fate fate = change();
    if (fate != Fate.DEAD && reaches) {
      commit.run();
    }
    if (fate != Fate.DONE) {
      throw new SQLException("the host is dead");
    }
    if (fails) {
      throw new SQLException("disk I/O error", "", SQLITE_IOERR);
    }
  }

  @Override
  public <T> T around(Call call, Body<T> body) throws FsException {
    boolean changes = CHANGES.contains(call.operation());
    if (changes && !call.path().toString().startsWith("/inbox")) {
      synchronized (this) {
        if (outboxFull && call.operation() == Operation.WRITE) {
          throw new FsException(Errno.ENOSPC, call.path());
        }
      }
    }
    Fate fate = changes ? change() : isDead() ? Fate.DEAD : Fate.DONE;
    T result = fate == Fate.DEAD ? null : body.run();
    if (fate != Fate.DONE) {
      throw new FsException(Errno.EIO, "the host is dead");
    }
    return result;
  }
}
