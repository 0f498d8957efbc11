package dev.warren.sqlfs.inode;

import dev.warren.api.Errno;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.sqlfs.store.Statements;
import dev.warren.sqlfs.store.Transaction;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The table of files. */
public final class Inodes {
  private static final byte[] NO_TARGET = {};

  private Inodes() {}

  /** A file; null if there is none with that ID. */
  public static @Nullable InodeRow find(Statements sql, long id) throws SQLException {
    return sql.first(
        "SELECT " + InodeRow.COLUMNS_OF_I + " FROM sqlfs_inode i WHERE i.id = ?", InodeRow::of, id);
  }

  /** The files that exist with some IDs, by ID. */
  public static Map<Long, InodeRow> find(Statements sql, List<Long> ids) throws SQLException {
    // A statement for each power of two, so that few have to be prepared.
    int count = ids.size() <= 1 ? 1 : Integer.highestOneBit(ids.size() - 1) << 1;
    Object[] values = new Object[count];
    for (int i = 0; i < count; i++) {
      values[i] = ids.get(Math.min(i, ids.size() - 1));
    }
    String marks = String.join(", ", Collections.nCopies(count, "?"));
    return sql
        .all(
            "SELECT " + InodeRow.COLUMNS + " FROM sqlfs_inode WHERE id IN (" + marks + ")",
            InodeRow::of,
            values)
        .stream()
        .collect(Collectors.toMap(InodeRow::id, row -> row));
  }

  /** A file that is held; ESTALE if it was removed nevertheless. */
  public static InodeRow require(Statements sql, long id) throws SQLException, FsException {
    return requireHeld(find(sql, id));
  }

  /** The row of a file that is held; ESTALE if it was removed nevertheless. */
  public static InodeRow requireHeld(@Nullable InodeRow row) throws FsException {
    if (row == null) {
      throw new FsException(Errno.ESTALE);
    }
    return row;
  }

  /** Creates the root, unless it exists. */
  public static void makeRoot(Statements sql, long now, int uid, int gid) throws SQLException {
    InodeRow root =
        new InodeRow(
            InodeRow.ROOT,
            FileType.DIRECTORY,
            0755,
            uid,
            gid,
            2,
            0,
            0,
            0,
            now,
            now,
            now,
            now,
            now,
            0);
    int _ = sql.update(insert() + " ON CONFLICT (id) DO NOTHING", values(root));
  }

  private static String insert() {
    return "INSERT INTO sqlfs_inode (id, type, permissions, uid, gid, links, size, stored, content,"
        + " accessed, modified, changed, born, version, parent, target)"
        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  }

  /** Creates a file without content that is to get one name. */
  public static InodeRow create(
      Transaction transaction, FileType type, int permissions, int uid, int gid, long parent)
      throws SQLException, FsException {
    return create(transaction, type, permissions, uid, gid, parent, 0, 0, 0);
  }

  /**
   * Creates a file that is to get one name.
   *
   * @param content the ID under which its chunks are stored; 0 if it has none
   * @param stored the number of bytes in its chunks
   */
  public static InodeRow create(
      Transaction transaction,
      FileType type,
      int permissions,
      int uid,
      int gid,
      long parent,
      long size,
      long content,
      long stored)
      throws SQLException, FsException {
    transaction.count(InodeRow.CHARGE, 1);
    boolean directory = type == FileType.DIRECTORY;
    long now = transaction.now();
    return add(
        transaction.sql(),
        new InodeRow(
            transaction.newId(),
            type,
            permissions,
            uid,
            gid,
            directory ? 2 : 1,
            size,
            stored,
            content,
            now,
            now,
            now,
            now,
            now,
            directory ? parent : 0));
  }

  private static InodeRow add(Statements sql, InodeRow row) throws SQLException {
    int _ = sql.update(insert(), values(row));
    return row;
  }

  private static Object[] values(InodeRow row) {
    return new Object[] {
      row.id(),
      row.type().modeBits(),
      row.permissions(),
      row.uid(),
      row.gid(),
      row.links(),
      row.size(),
      row.stored(),
      row.content(),
      row.accessed(),
      row.modified(),
      row.changed(),
      row.born(),
      row.version(),
      row.parent(),
      NO_TARGET
    };
  }

  /** Sets the target of a symbolic link. */
  public static void setTarget(Transaction transaction, long id, byte[] target)
      throws SQLException, FsException {
    transaction.count(target.length, 0);
    transaction
        .sql()
        .update(
            "UPDATE sqlfs_inode SET target = ?, size = ? WHERE id = ?",
            target,
            (long) target.length,
            id);
  }

  /** The target of a symbolic link. */
  public static byte[] target(Statements sql, long id) throws SQLException {
    byte[] target =
        sql.first("SELECT target FROM sqlfs_inode WHERE id = ?", row -> row.getBytes(1), id);
    return target == null ? NO_TARGET : target;
  }

  /** Records that a directory's entries changed, and how many more directories are among them. */
  public static void entriesChanged(Transaction transaction, long directory, int directories)
      throws SQLException {
    long now = transaction.now();
    transaction
        .sql()
        .update(
            "UPDATE sqlfs_inode SET links = links + ?, modified = ?, changed = ?,"
                + " version = CASE WHEN version < ? THEN ? ELSE version + 1 END WHERE id = ?",
            directories,
            now,
            now,
            now,
            now,
            directory);
    transaction.touch(directory);
  }

  /** Changes the number of a file's names, and sets its change time. */
  public static void linksChanged(Transaction transaction, long id, int difference)
      throws SQLException {
    transaction
        .sql()
        .update(
            "UPDATE sqlfs_inode SET links = links + ?, changed = ? WHERE id = ?",
            difference,
            transaction.now(),
            id);
    transaction.touch(id);
  }

  /** Sets the directory that contains a directory. */
  public static void setParent(Transaction transaction, long id, long parent) throws SQLException {
    transaction.sql().update("UPDATE sqlfs_inode SET parent = ? WHERE id = ?", parent, id);
    transaction.touch(id);
  }

  /** Whether a directory is equal to another one, or an ancestor of it. */
  public static boolean isAbove(Statements sql, long directory, long below) throws SQLException {
    return sql.exists(
        "WITH RECURSIVE up (id, parent) AS (SELECT id, parent FROM sqlfs_inode WHERE id = ?"
            + " UNION ALL SELECT i.id, i.parent FROM sqlfs_inode i JOIN up ON i.id = up.parent)"
            + " SELECT 1 FROM up WHERE id = ?",
        below,
        directory);
  }
}
