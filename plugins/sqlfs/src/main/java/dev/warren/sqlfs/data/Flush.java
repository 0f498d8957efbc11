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

/**
 * Writes an open file's pending changes to the database in one transaction. Fails with ESTALE if
 * this host has lost the session in which they began: other hosts have continued without them.
 *
 * @param session this host's session when the first of the changes was made
 */
record Flush(long inode, long session, Pending pending, NavigableMap<Long, byte[]> chunks)
    implements Step<Flush.Result> {
  /**
   * The result of a flush.
   *
   * @param before the version that the file had before
   * @param row the file's row afterwards
   */
  record Result(long before, InodeRow row) {}

  @Override
  public Result run(Transaction transaction) throws FsException, SQLException {
    requireSession(transaction, session);
    InodeRow row = Inodes.require(transaction.sql(), inode);
    boolean isNew = row.content() == 0;
    long content = isNew ? transaction.newId() : row.content();
    long more =
        isNew
            ? Chunks.writeNew(transaction, content, chunks)
            : Chunks.write(transaction, content, chunks);
    InodeRow now =
        store(transaction, row, content, Math.max(row.size(), pending.size()), row.stored() + more);
    return new Result(row.version(), now);
  }

  /** Makes a complete replacement the content of a file, whose row is given. */
  static InodeRow replace(
      Transaction transaction, Flush flush, InodeRow row, long content, long stored)
      throws FsException, SQLException {
    if (row.content() != content) { // equal if this was done before and the reply was lost
      UnattachedContents.drop(transaction, row.content());
    }
    return flush.store(transaction, row, content, flush.pending.size(), stored);
  }

  static void requireSession(Transaction transaction, long session) throws FsException {
    if (transaction.session() != session) {
      throw new FsException(
          Errno.ESTALE, "this host's lease expired before this was written; the changes are lost");
    }
  }

  private InodeRow store(
      Transaction transaction, InodeRow row, long content, long size, long stored)
      throws FsException, SQLException {
    transaction.touch(inode);
    return Inodes.requireHeld(
        transaction
            .sql()
            .first(
                "UPDATE sqlfs_inode SET content = ?, size = ?, stored = ?, modified = ?,"
                    + " changed = ?, version = ?, permissions = ? WHERE id = ? RETURNING "
                    + InodeRow.COLUMNS,
                InodeRow::of,
                content,
                size,
                stored,
                pending.modified(),
                transaction.now(),
                Math.max(row.version() + 1, pending.version()),
                pending.unprivileged()
                    ? InodeRow.withoutPrivileges(row.permissions())
                    : row.permissions(),
                inode));
  }
}
