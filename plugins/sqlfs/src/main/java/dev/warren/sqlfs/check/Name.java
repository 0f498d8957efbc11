package dev.warren.sqlfs.check;

import dev.warren.api.FileNames;
import dev.warren.sqlfs.store.Statements;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A name in a directory, as it was found. */
final class Name {
  /** The columns of an entry {@code e}. */
  static final String COLUMNS = "e.parent, e.name, e.inode";

  private final long parent;
  private final byte[] bytes;
  private final long inode;

  private Name(long parent, byte[] bytes, long inode) {
    this.parent = parent;
    this.bytes = bytes;
    this.inode = inode;
  }

  static Name of(ResultSet row) throws SQLException {
    return new Name(row.getLong(1), row.getBytes(2), row.getLong(3));
  }

  long parent() {
    return parent;
  }

  byte[] bytes() {
    return bytes;
  }

  long inode() {
    return inode;
  }

  /** Whether the name still stands for the same file. */
  boolean isThere(Statements sql) throws SQLException {
    return sql.exists(
        "SELECT 1 FROM sqlfs_entry WHERE parent = ? AND name = ? AND inode = ?",
        parent,
        bytes,
        inode);
  }

  /** In one line. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("the name '");
    FileNames.decode(bytes)
        .codePoints()
        .forEach(
            c -> {
              if (isSpecial(c)) {
                text.append("\\x%02x".formatted(c));
              } else {
                text.appendCodePoint(c);
              }
            });
    return text.append("' in directory ").append(parent).toString();
  }

  /** Whether it could be taken for something else; bytes that are no text are among them. */
  private static boolean isSpecial(int c) {
    boolean noText = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    return noText || Character.isISOControl(c) || c == '\'' || c == '\\';
  }
}
