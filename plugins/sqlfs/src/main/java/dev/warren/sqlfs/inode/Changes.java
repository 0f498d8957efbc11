package dev.warren.sqlfs.inode;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.TimeChange;
import dev.warren.sqlfs.store.Transaction;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Changes of attributes, apart from the size. */
public final class Changes {
  private static final long SECOND = 1_000_000_000;
  private static final long MOST_SECONDS = Long.MAX_VALUE / SECOND - 1;

  private Changes() {}

  /** Applies changes to a file. */
  public static void apply(Transaction transaction, InodeRow row, AttributeChanges changes)
      throws SQLException, FsException {
    if (changes.permissions() != null && row.type() == FileType.SYMBOLIC_LINK) {
      throw new FsException(Errno.EOPNOTSUPP);
    }
    int permissions = row.permissions();
    if ((changes.uid() != null || changes.gid() != null) && !row.isDirectory()) {
      permissions = InodeRow.withoutPrivileges(permissions);
    }
    if (changes.permissions() != null) {
      permissions = changes.permissions();
    }
    transaction
        .sql()
        .update(
            "UPDATE sqlfs_inode SET permissions = ?, uid = ?, gid = ?, accessed = ?,"
                + " modified = ?, changed = ? WHERE id = ?",
            permissions,
            chosen(changes.uid(), row.uid()),
            chosen(changes.gid(), row.gid()),
            time(changes.accessTime(), row.accessed(), transaction.now()),
            time(changes.modifyTime(), row.modified(), transaction.now()),
            transaction.now(),
            row.id());
    transaction.touch(row.id());
  }

  /** As for chown(2), -1 leaves an ID unchanged. */
  private static int chosen(@Nullable Integer wanted, int old) {
    return wanted == null || wanted == -1 ? old : wanted;
  }

  /**
   * Times before 1677 or after 2262, which 64 bits of nanoseconds cannot hold, become the nearest.
   */
  private static long time(@Nullable TimeChange change, long old, long now) {
    if (change == null) {
      return old;
    }
    if (change.now()) {
      return now;
    }
    long seconds = Math.clamp(change.seconds(), -MOST_SECONDS, MOST_SECONDS);
    return seconds * SECOND + change.nanos();
  }
}
