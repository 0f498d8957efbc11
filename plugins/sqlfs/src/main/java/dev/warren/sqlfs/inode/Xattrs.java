package dev.warren.sqlfs.inode;

import dev.warren.api.Errno;
import dev.warren.api.FileNames;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.XattrMode;
import dev.warren.sqlfs.store.Statements;
import dev.warren.sqlfs.store.Transaction;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Extended attributes, with the rules of xattr(7) for a privileged process. */
public final class Xattrs {
  /** The bytes that an attribute uses in addition to its name and value. */
  public static final int CHARGE = 128;

  private static final int MAX_NAME = 255;
  private static final int MAX_VALUE = 65_536;

  /** The limit for a list of one file's names, in bytes: XATTR_LIST_MAX. */
  private static final int MAX_LIST = 65_536;

  /**
   * The namespaces. POSIX ACLs ({@code system.}) are refused: they would be stored, but not
   * enforced.
   */
  private static final List<String> NAME_SPACES = List.of("user.", "trusted.", "security.");

  private static final String VALUE = "SELECT value FROM sqlfs_xattr WHERE inode = ? AND name = ?";

  private Xattrs() {}

  /** The names of a file's attributes. */
  public static List<String> names(Statements sql, long inode) throws SQLException {
    return sql.all(
        "SELECT name FROM sqlfs_xattr WHERE inode = ? ORDER BY name",
        row -> FileNames.decode(row.getBytes(1)),
        inode);
  }

  /** An attribute's value; ENODATA if there is none. */
  public static byte[] get(Statements sql, InodeRow row, String name)
      throws SQLException, FsException {
    checkName(name, row.type(), false);
    return required(value(sql, row.id(), FileNames.encode(name)));
  }

  private static byte @Nullable [] value(Statements sql, long inode, byte[] name)
      throws SQLException {
    return sql.first(VALUE, found -> found.getBytes(1), inode, name);
  }

  private static byte[] required(byte @Nullable [] value) throws FsException {
    if (value == null) {
      throw new FsException(Errno.ENODATA);
    }
    return value;
  }

  /** Sets an attribute. */
  public static void set(
      Transaction transaction, InodeRow row, String name, byte[] value, XattrMode mode)
      throws SQLException, FsException {
    checkName(name, row.type(), true);
    byte[] bytes = FileNames.encode(name);
    Statements sql = transaction.sql();
    byte[] old = value(sql, row.id(), bytes);
    if (mode == XattrMode.CREATE && old != null) {
      throw new FsException(Errno.EEXIST);
    }
    if (mode == XattrMode.REPLACE) {
      required(old);
    }
    if (old == null && listLength(sql, row.id()) + bytes.length + 1 > MAX_LIST) {
      throw new FsException(Errno.ENOSPC);
    }
    transaction.count(
        old == null ? CHARGE + bytes.length + value.length : value.length - old.length, 0);
    sql.update(
        "INSERT INTO sqlfs_xattr (inode, name, value) VALUES (?, ?, ?)"
            + " ON CONFLICT (inode, name) DO UPDATE SET value = excluded.value",
        row.id(),
        bytes,
        value);
    Inodes.linksChanged(transaction, row.id(), 0);
  }

  private static long listLength(Statements sql, long inode) throws SQLException {
    return sql.number(
        "SELECT COALESCE(SUM(length(name) + 1), 0) FROM sqlfs_xattr WHERE inode = ?", inode);
  }

  /** Removes an attribute. */
  public static void remove(Transaction transaction, InodeRow row, String name)
      throws SQLException, FsException {
    checkName(name, row.type(), true);
    byte[] bytes = FileNames.encode(name);
    byte[] old = required(value(transaction.sql(), row.id(), bytes));
    transaction
        .sql()
        .update("DELETE FROM sqlfs_xattr WHERE inode = ? AND name = ?", row.id(), bytes);
    transaction.count(-(CHARGE + bytes.length + old.length), 0);
    Inodes.linksChanged(transaction, row.id(), 0);
  }

  /** Removes all attributes of a file. */
  public static void removeAll(Transaction transaction, long inode)
      throws SQLException, FsException {
    removeAll(transaction, "inode = ?", inode);
  }

  /**
   * Removes all attributes of some files.
   *
   * @param which the condition for their {@code inode}, with one parameter
   */
  public static void removeAll(Transaction transaction, String which, long parameter)
      throws SQLException, FsException {
    long bytes =
        transaction
            .sql()
            .number(
                "SELECT COALESCE(SUM(? + length(name) + length(value)), 0) FROM sqlfs_xattr WHERE "
                    + which,
                CHARGE,
                parameter);
    if (bytes > 0) {
      transaction.sql().update("DELETE FROM sqlfs_xattr WHERE " + which, parameter);
      transaction.count(-bytes, 0);
    }
  }

  /**
   * Checks the lengths of an attribute's name and value, before its file is looked up.
   *
   * @throws FsException ERANGE for the length of a name, E2BIG for that of a value
   */
  public static void checkLengths(String name, int valueLength) throws FsException {
    if (name.isEmpty() || FileNames.encodedLength(name) > MAX_NAME) {
      throw new FsException(Errno.ERANGE);
    }
    if (valueLength > MAX_VALUE) {
      throw new FsException(Errno.E2BIG);
    }
  }

  private static void checkName(String name, FileType type, boolean change) throws FsException {
    if (name.startsWith("user.") && type != FileType.REGULAR && type != FileType.DIRECTORY) {
      throw new FsException(change ? Errno.EPERM : Errno.ENODATA);
    }
    for (String space : NAME_SPACES) {
      if (name.startsWith(space)) {
        if (name.length() == space.length()) {
          throw new FsException(Errno.EINVAL);
        }
        return;
      }
    }
    throw new FsException(Errno.EOPNOTSUPP);
  }
}
