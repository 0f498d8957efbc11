package dev.warren.sqlfs.data;

import dev.warren.api.FsException;
import dev.warren.sqlfs.content.Chunks;
import dev.warren.sqlfs.content.UnattachedContents;
import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.inode.Inodes;
import dev.warren.sqlfs.store.Step;
import dev.warren.sqlfs.store.Transaction;
import java.sql.SQLException;

/** Sets the size of a file, as truncate(2). */
record Cut(long inode, long size, int chunkSize) implements Step<InodeRow> {
  @Override
  public InodeRow run(Transaction transaction) throws FsException, SQLException {
    InodeRow row = Inodes.require(transaction.sql(), inode);
    long content = row.content();
    long stored = row.stored();
    if (size == 0) {
      UnattachedContents.drop(transaction, content);
      content = 0;
      stored = 0;
    } else if (size < row.size() && content != 0) {
      stored -= Chunks.cut(transaction, content, size, chunkSize);
    }
    transaction
        .sql()
        .update(
            "UPDATE sqlfs_inode SET content = ?, size = ?, stored = ?, modified = ?, changed = ?,"
                + " version = ?, permissions = ? WHERE id = ?",
            content,
            size,
            stored,
            transaction.now(),
            transaction.now(),
            row.nextVersion(transaction.now()),
            InodeRow.withoutPrivileges(row.permissions()),
            inode);
    transaction.touch(inode);
    return Inodes.require(transaction.sql(), inode);
  }
}
