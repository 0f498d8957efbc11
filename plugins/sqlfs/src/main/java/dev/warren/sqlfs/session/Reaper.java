package dev.warren.sqlfs.session;

import dev.warren.api.FsException;
import dev.warren.sqlfs.content.UnattachedContents;
import dev.warren.sqlfs.session.Orphans.Orphan;
import dev.warren.sqlfs.store.Statements;
import dev.warren.sqlfs.store.Store;
import dev.warren.sqlfs.store.Transaction;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Deletes files without a name that no host has open, and contents that belong to no file, also
 * those of dead hosts. Thread-safe.
 */
public final class Reaper {
  private final Holds holds = new Holds(this::released);
  private final AtomicBoolean sweeping = new AtomicBoolean();

  /** Contents that were given up; the database does not record this yet. */
  private final Set<Long> givenUp = ConcurrentHashMap.newKeySet();

  private volatile @Nullable Store store;

  /** Whether other hosts had sessions at this host's last renewal. */
  private volatile boolean hasOthers;

  /** Deletes nothing before {@link #attach}. */
  public Reaper() {}

  /** Sets the store. */
  public void attach(Store newStore) {
    store = newStore;
  }

  /** Which files are held on this host. */
  public Holds holds() {
    return holds;
  }

  /**
   * Called when a file has lost its last name. If no other host can have it open, it is deleted
   * unless this host has; otherwise the next renewals of all hosts decide. Non-blocking.
   */
  public void abandoned(long inode) {
    if (!hasOthers) {
      released(inode);
    }
  }

  /**
   * Deletes a file without a name, if all other hosts have seen it as an orphan and none holds it;
   * if this host does, records that. Non-blocking.
   */
  private void released(long inode) {
    Store now = store;
    if (now != null) {
      now.writeLater(transaction -> remove(transaction, inode), this::sweepIf);
    }
  }

  /** Deletes contents that belong to no file, later, in slices. Non-blocking. */
  public void sweep() {
    Store now = store;
    if (now != null && !sweeping.getAndSet(true)) {
      now.writeLater(
          transaction -> {
            sweeping.set(false); // contents dropped from now on need another sweep
            return UnattachedContents.sweep(transaction);
          },
          this::sweepIf);
    }
  }

  /**
   * Deletes a content that this host has begun and will not complete, unless it turns out to be
   * complete. Tried again until the database has done it. Non-blocking.
   */
  public void giveUp(long content) {
    givenUp.add(content);
    giveUpAll();
  }

  private void giveUpAll() {
    Store now = store;
    List<Long> contents = List.copyOf(givenUp);
    if (now != null && !contents.isEmpty()) {
      now.writeLater(
          transaction -> {
            for (long content : contents) {
              UnattachedContents.giveUp(transaction.sql(), content);
            }
            return contents;
          },
          done -> {
            givenUp.removeAll(done);
            sweep();
          });
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

  /** Records which orphans this host holds, and deletes those that no host holds. */
  public void look(Transaction transaction) throws SQLException, FsException {
    Statements sql = transaction.sql();
    long session = transaction.session();
    giveUpAll();
    Remains remains = Remains.of(sql, session);
    if (!remains.isAny()) { // usually
      hasOthers = remains.seenByOthers() != Orphans.NO_OTHERS;
      return;
    }
    long seen = sql.number("SELECT seen FROM sqlfs_session WHERE id = ?", session);
    List<Orphan> page = Orphans.after(sql, seen);
    while (!page.isEmpty()) { // all of them: files stay as long as a single host has not seen them
      for (Orphan orphan : page) {
        if (holds.isHeld(orphan.inode())) {
          Orphans.hold(sql, orphan.inode(), session);
        }
        seen = orphan.number();
      }
      page = Orphans.after(sql, seen);
    }
    sql.update("UPDATE sqlfs_session SET seen = ? WHERE id = ?", seen, session);
    long seenByOthers = Orphans.seenByOthers(sql, session);
    hasOthers = seenByOthers != Orphans.NO_OTHERS;
    sweeping.set(false); // in case the last sweep has failed before it began
    if (Orphans.removeUnheld(transaction, Math.min(seen, seenByOthers)).isEmpty()) {
      if (UnattachedContents.isAny(sql)) {
        sweep();
      }
    } else {
      removeMore();
    }
  }

  /** Deletes the orphans that are left, in slices, so that other changes need not wait for long. */
  private void removeMore() {
    Store now = store;
    if (now != null) {
      now.writeLater(
          this::removeUnheld,
          isMore -> {
            if (isMore) {
              removeMore();
            } else {
              sweep();
            }
          });
    }
  }

  /** Deletes all that may be deleted now, because space is needed. Blocking. */
  public void free() throws FsException {
    Store now = store;
    if (now != null) {
      while (now.write(this::removeUnheld)) {}
      while (now.write(UnattachedContents::sweep)) {}
    }
  }

  /** Deletes a slice of the files without a name; returns whether there were any. */
  private boolean removeUnheld(Transaction transaction) throws SQLException, FsException {
    Statements sql = transaction.sql();
    long session = transaction.session();
    long seen = sql.number("SELECT seen FROM sqlfs_session WHERE id = ?", session);
    long byAll = Math.min(seen, Orphans.seenByOthers(sql, session));
    return !Orphans.removeUnheld(transaction, byAll).isEmpty();
  }
}
