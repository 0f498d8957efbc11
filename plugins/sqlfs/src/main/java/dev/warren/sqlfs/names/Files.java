package dev.warren.sqlfs.names;

import dev.warren.api.FsException;
import dev.warren.sqlfs.inode.InodeRow;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Where files are looked for: in a transaction, or in what is remembered. */
public interface Files {
  /** A file by its number; null if it is gone. */
  @Nullable InodeRow inode(long id) throws FsException, SQLException;

  /** The file of a name in a directory; null if there is no such name. */
  @Nullable InodeRow child(long parent, byte[] name) throws FsException, SQLException;
}
