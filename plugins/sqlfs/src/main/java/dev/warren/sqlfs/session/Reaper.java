package dev.warren.sqlfs.session;

import dev.warren.api.FsException;
import dev.warren.sqlfs.content.Loose;
import dev.warren.sqlfs.session.Orphans.Orphan;
import dev.warren.sqlfs.store.Statements;
import dev.warren.sqlfs.store.Store;
import dev.warren.sqlfs.store.Transaction;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Removes what nobody can reach any more: files without a name that no host has open, contents that
 * belong to no file, and what is left of hosts that ended. Thread-safe.
 */
public final class Reaper {
  private final Holds holds = new Holds(this::abandoned);
  private final AtomicBoolean sweeping = new AtomicBoolean();
  private volatile @Nullable Store store;

  /** Reaps nothing yet. */
  public Reaper() {}

  /** Says where to reap. */
  public void attach(Store newStore) {
    store = newStore;
  }

  /** Who holds what on this host. */
  public Holds holds() {
    return holds;
  }

  /** Sees to a file that has just lost its last name, and returns at once. */
  public void abandoned(long inode) {
    Store now = store;
    if (now != null) {
      now.writeLater(transaction -> remove(transaction, inode), this::sweepIf);
    }
  }

  /** Removes contents that are nobody's, some time. */
  public void sweep() {
    Store now = store;
    if (now != null && !sweeping.getAndSet(true)) {
      now.writeLater(
          transaction -> {
            sweeping.set(false); // what is dropped from here on needs another
            return Loose.sweep(transaction);
          },
          this::sweepIf);
    }
  }

  private void sweepIf(boolean more) {
    if (more) {
      sweep();
    }
  }

  private boolean remove(Transaction transaction, long inode) throws SQLException, FsException {
    Statements sql = transaction.sql();
    long session = transaction.session();
    if (holds.isHeld(inode)) {
      if (sql.exists("SELECT 1 FROM sqlfs_orphan WHERE inode = ?", inode)) {
        Orphans.hold(sql, inode, session);
      }
      return false;
    }
    Orphans.letGo(sql, inode, session);
    if (!Orphans.isOrphan(sql, inode, Orphans.seenByOthers(sql, session))) {
      return false;
    }
    Orphans.remove(transaction, inode);
    return true;
  }

  /** Says which orphans this host holds, and removes those that no host does. */
  public void look(Transaction transaction) throws SQLException, FsException {
    Statements sql = transaction.sql();
    long session = transaction.session();
    long seen = sql.number("SELECT seen FROM sqlfs_session WHERE id = ?", session);
    for (Orphan orphan : Orphans.after(sql, seen)) {
      if (holds.isHeld(orphan.inode())) {
        Orphans.hold(sql, orphan.inode(), session);
      }
      seen = orphan.number();
    }
    sql.update("UPDATE sqlfs_session SET seen = ? WHERE id = ?", seen, session);
    List<Long> unheld = Orphans.unheld(sql, Math.min(seen, Orphans.seenByOthers(sql, session)));
    for (long inode : unheld) {
      Orphans.remove(transaction, inode);
    }
    if (!unheld.isEmpty() || sql.exists("SELECT 1 FROM sqlfs_loose WHERE session = 0 LIMIT 1")) {
      sweeping.set(false); // the last one may never have begun
      sweep();
    }
  }
}
