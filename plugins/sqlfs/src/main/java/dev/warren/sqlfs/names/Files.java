package dev.warren.sqlfs.names;

import dev.warren.api.FsException;
import dev.warren.sqlfs.inode.InodeRow;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where files are looked up: in a transaction or in the cache. */
public interface Files {
  /** The file with an ID; null if there is none. */
  @Nullable InodeRow inode(long id) throws FsException, SQLException;

  /** The file of a name in a directory; null if there is no such name. */
  @Nullable InodeRow child(long parent, byte[] name) throws FsException, SQLException;

  /**
   * What several names lead to, each in the directory of the one before, if it can be found faster
   * than name by name. Null if it cannot, or if one of the directories is not there.
   *
   * @param names at least one
   */
  default @Nullable Place place(long directory, List<byte[]> names)
      throws FsException, SQLException {
    return null;
  }
}
