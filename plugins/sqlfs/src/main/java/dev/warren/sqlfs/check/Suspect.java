package dev.warren.sqlfs.check;

import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.inode.Inodes;
import dev.warren.sqlfs.store.Statements;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A damaged file. Each change of a file, of its names or of its content also changes the time of
 * its last change: while that time is the same, the damage is the same.
 *
 * @param id of the file
 * @param changed the time of the file's last change when the damage was found
 * @param right a number that the repair needs, usually the correct value
 */
record Suspect(long id, long changed, long right) {
  /** The columns of a file {@code i}, except the last one. */
  static final String COLUMNS = "i.id, i.changed, ";

  static Suspect of(ResultSet row) throws SQLException {
    return new Suspect(row.getLong(1), row.getLong(2), row.getLong(3));
  }

  /** The file's row, if it has not changed; else null. */
  @Nullable InodeRow unchanged(Statements sql) throws SQLException {
    InodeRow row = Inodes.find(sql, id);
    return row == null || row.changed() != changed ? null : row;
  }
}
