package dev.warren.sqlfs.check;

import dev.warren.api.FileNames;
import dev.warren.sqlfs.store.Statements;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A name in a directory, as a rule has found it. */
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

  /** Whether the name still refers to the same file. */
  boolean isThere(Statements sql) throws SQLException {
    return sql.exists(
        "SELECT 1 FROM sqlfs_entry WHERE parent = ? AND name = ? AND inode = ?",
        parent,
        bytes,
        inode);
  }

  /** The name for a message: one line, with escapes. */
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

  /** Whether a character is escaped, because it could be misread or is a byte that is not text. */
  private static boolean isSpecial(int c) {
    boolean noText = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    return noText || Character.isISOControl(c) || c == '\'' || c == '\\';
  }
}
