package dev.warren.sqlfs.names;

import dev.warren.api.FsException;
import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.store.Statements;
import dev.warren.sqlfs.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The table of names. They are compared byte for byte. */
public final class Entries {
  private static final String JOIN =
      " FROM sqlfs_entry e JOIN sqlfs_inode i ON i.id = e.inode WHERE e.parent = ?";

  /** How many names are looked up in one query: PostgreSQL does not reorder more joins. */
  static final int MOST_NAMES = 6;

  private static final List<String> PLACES =
      IntStream.range(0, MOST_NAMES).mapToObj(Entries::place).toList();

  /** A name and its file. */
  public static final class Entry {
    private final InodeRow file;
    private final byte[] name;
    private final long cookie;

    private Entry(ResultSet row) throws SQLException {
      file = InodeRow.of(row);
      name = row.getBytes(InodeRow.WIDTH + 1);
      cookie = row.getLong(InodeRow.WIDTH + 2);
    }

    /** The file. */
    public InodeRow file() {
      return file;
    }

    /** The name; must not be modified. */
    public byte[] name() {
      return name;
    }

    /** The position of the name in its directory. */
    public long cookie() {
      return cookie;
    }
  }

  private Entries() {}

  /** The file of a name; null if there is none. */
  public static @Nullable InodeRow find(Statements sql, long parent, byte[] name)
      throws SQLException {
    return sql.first(
        "SELECT " + InodeRow.COLUMNS_OF_I + JOIN + " AND e.name = ?", InodeRow::of, parent, name);
  }

  /**
   * What several names lead to, each in the directory of the one before; null if one of the
   * directories is not there. One query finds it, since each reply of a database server takes time.
   *
   * @param names at least one, at most {@link #MOST_NAMES}
   */
  static @Nullable Place find(Statements sql, long directory, List<byte[]> names)
      throws SQLException {
    int above = names.size() - 1;
    List<Object> values = new ArrayList<>();
    values.add(names.getLast());
    values.add(directory);
    values.addAll(names.subList(0, above));
    return sql.first(
        PLACES.get(above),
        row -> new Place(InodeRow.of(row), InodeRow.ofOptional(row, InodeRow.WIDTH)),
        values.toArray());
  }

  /** The query for a name below some other names. */
  private static String place(int above) {
    StringBuilder tables = new StringBuilder(" FROM sqlfs_inode p");
    StringBuilder where = new StringBuilder(" WHERE p.id = ?");
    if (above > 0) {
      tables.setLength(0);
      tables.append(" FROM sqlfs_entry e0");
      where.setLength(0);
      where.append(" WHERE e0.parent = ? AND e0.name = ?");
      for (int i = 1; i < above; i++) {
        tables.append(" JOIN sqlfs_entry e%d ON e%d.parent = e%d.inode".formatted(i, i, i - 1));
        where.append(" AND e%d.name = ?".formatted(i));
      }
      tables.append(" JOIN sqlfs_inode p ON p.id = e%d.inode".formatted(above - 1));
    }
    return "SELECT %s, %s".formatted(InodeRow.columnsOf("p"), InodeRow.COLUMNS_OF_I)
        + tables
        + " LEFT JOIN sqlfs_entry e ON e.parent = p.id AND e.name = ?"
        + " LEFT JOIN sqlfs_inode i ON i.id = e.inode"
        + where;
  }

  /** At most {@code most} entries after a cookie, in order. */
  public static List<Entry> list(Statements sql, long parent, long after, int most)
      throws SQLException {
    return sql.all(
        "SELECT "
            + InodeRow.COLUMNS_OF_I
            + ", e.name, e.cookie"
            + JOIN
            + " AND e.cookie > ? ORDER BY e.cookie LIMIT ?",
        Entry::new,
        parent,
        after,
        most);
  }

  /** Whether a directory has no entry. */
  static boolean isEmpty(Statements sql, long directory) throws SQLException {
    return !sql.exists("SELECT 1 FROM sqlfs_entry WHERE parent = ? LIMIT 1", directory);
  }

  /** Adds a name that is not there. */
  public static void add(Transaction transaction, long parent, byte[] name, long inode)
      throws SQLException, FsException {
    transaction.count(InodeRow.NAME_CHARGE, 0);
    transaction
        .sql()
        .update(
            "INSERT INTO sqlfs_entry (parent, name, cookie, inode) VALUES (?, ?, ?, ?)",
            parent,
            name,
            transaction.newId(),
            inode);
    transaction.touch(parent, name);
  }

  /** Makes a name refer to another file. Its cookie stays, or a listing could return it twice. */
  static void replace(Transaction transaction, long parent, byte[] name, long inode)
      throws SQLException {
    transaction
        .sql()
        .update(
            "UPDATE sqlfs_entry SET inode = ? WHERE parent = ? AND name = ?", inode, parent, name);
    transaction.touch(parent, name);
  }

  /** Removes a name. */
  public static void remove(Transaction transaction, long parent, byte[] name)
      throws SQLException, FsException {
    transaction.sql().update("DELETE FROM sqlfs_entry WHERE parent = ? AND name = ?", parent, name);
    transaction.count(-InodeRow.NAME_CHARGE, 0);
    transaction.touch(parent, name);
  }
}
