package dev.warren.sqlfs.check;

import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.inode.Inodes;
import dev.warren.sqlfs.store.Statements;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A file about which something is wrong. Each change of a file, of its names or of its content also
 * changes the time of its last change: as long as that is the same, so is what was found.
 *
 * @param changed that time when it was found
 * @param right what should be in place of what was found, if it is a number
 */
record Suspect(long id, long changed, long right) {
  /** The columns of a file {@code i}, but for the last. */
  static final String COLUMNS = "i.id, i.changed, ";

  static Suspect of(ResultSet row) throws SQLException {
    return new Suspect(row.getLong(1), row.getLong(2), row.getLong(3));
  }

  /** The file, if nothing has changed about it; else null. */
  @Nullable InodeRow unchanged(Statements sql) throws SQLException {
    InodeRow row = Inodes.find(sql, id);
    return row == null || row.changed() != changed ? null : row;
  }
}
