package dev.warren.sqlfs.names;

import dev.warren.api.FsException;
import dev.warren.sqlfs.inode.InodeRow;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Where files are looked up: in a transaction or in the cache. */
public interface Files {
  /** The file with an ID; null if there is none. */
  @Nullable InodeRow inode(long id) throws FsException, SQLException;

  /** The file of a name in a directory; null if there is no such name. */
  @Nullable InodeRow child(long parent, byte[] name) throws FsException, SQLException;
}
