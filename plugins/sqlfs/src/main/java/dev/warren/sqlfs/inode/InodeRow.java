package dev.warren.sqlfs.inode;

import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The row of a file, without its names. Times are nanoseconds since 1970.
 *
 * @param links the number of names; for a directory, 2 and one for each directory in it
 * @param stored the number of bytes in its chunks
 * @param content the ID under which its chunks are stored; 0 if it has none
 * @param version increases with each change of the content, or of the entries
 * @param parent of a directory: the directory that contains it; 0 for the root, for removed
 *     directories and for other files
 */
public record InodeRow(
    long id,
    FileType type,
    int permissions,
    int uid,
    int gid,
    int links,
    long size,
    long stored,
    long content,
    long accessed,
    long modified,
    long changed,
    long born,
    long version,
    long parent) {
  /** The root's ID. */
  public static final long ROOT = 1;

  /** The bytes that a file uses in addition to its content, target and extended attributes. */
  public static final int CHARGE = 256;

  /** The bytes that a name uses. */
  public static final int NAME_CHARGE = 256;

  /** The columns, in the order of the components. */
  public static final String COLUMNS =
      "id, type, permissions, uid, gid, links, size, stored, content, accessed, modified, changed,"
          + " born, version, parent";

  /** The columns of a table that a query names {@code i}. */
  public static final String COLUMNS_OF_I = columnsOf("i");

  /** The number of columns. */
  public static final int WIDTH = 15;

  private static final int SET_UID = 04000;
  private static final int SET_GID = 02000;
  private static final int GROUP_EXECUTE = 00010;
  private static final long SECOND = 1_000_000_000;

  /** The columns of a table with a name that a query gives it. */
  public static String columnsOf(String table) {
    return table + "." + COLUMNS.replace(", ", ", " + table + ".");
  }

  /** Reads the columns, which are the first of the result. */
  public static InodeRow of(ResultSet row) throws SQLException {
    return of(row, 0);
  }

  /**
   * Reads the columns after others; null if there is no file, as after an outer join.
   *
   * @param before the number of columns before them
   */
  public static @Nullable InodeRow ofOptional(ResultSet row, int before) throws SQLException {
    return row.getLong(before + 1) == 0 ? null : of(row, before);
  }

  private static InodeRow of(ResultSet row, int before) throws SQLException {
    return new InodeRow(
        row.getLong(before + 1),
        type(row.getInt(before + 2)),
        row.getInt(before + 3),
        row.getInt(before + 4),
        row.getInt(before + 5),
        row.getInt(before + 6),
        row.getLong(before + 7),
        row.getLong(before + 8),
        row.getLong(before + 9),
        row.getLong(before + 10),
        row.getLong(before + 11),
        row.getLong(before + 12),
        row.getLong(before + 13),
        row.getLong(before + 14),
        row.getLong(before + 15));
  }

  private static FileType type(int bits) throws SQLException {
    try {
      return FileType.ofMode(bits);
    } catch (FsException e) {
      throw new SQLException("no type of a file: " + bits, e);
    }
  }

  /** Whether it is a directory. */
  public boolean isDirectory() {
    return type == FileType.DIRECTORY;
  }

  /** Whether files and directories that are created in it get its group. */
  public boolean passesGroupOn() {
    return isDirectory() && (permissions & SET_GID) != 0;
  }

  /** The permission bits of a directory that is created in it, as for mkdir(2). */
  public int directoryPermissionsBelow(int bits) {
    return (bits & 01777) | (passesGroupOn() ? SET_GID : 0);
  }

  /**
   * The permission bits after a change by a user who may not be the owner: set-uid is cleared, and
   * set-gid unless it means mandatory locking.
   */
  public static int withoutPrivileges(int bits) {
    int kept = bits & ~SET_UID;
    return (kept & GROUP_EXECUTE) == 0 ? kept : kept & ~SET_GID;
  }

  /** The version after a change: larger, and never one that a host showed before it crashed. */
  public long nextVersion(long now) {
    return Math.max(version + 1, now);
  }

  /** The attributes, as for stat(2). */
  public FileAttributes attributes(int blockSize) {
    return FileAttributes.builder(type)
        .permissions(permissions)
        .owner(uid, gid)
        .linkCount(links)
        .size(size)
        .blocks(Math.ceilDiv(stored, 512L))
        .blockSize(blockSize)
        .accessTime(Math.floorDiv(accessed, SECOND), (int) Math.floorMod(accessed, SECOND))
        .modifyTime(Math.floorDiv(modified, SECOND), (int) Math.floorMod(modified, SECOND))
        .changeTime(Math.floorDiv(changed, SECOND), (int) Math.floorMod(changed, SECOND))
        .birthTime(Math.floorDiv(born, SECOND), (int) Math.floorMod(born, SECOND))
        .fileId(id)
        .version(version)
        .build();
  }
}
