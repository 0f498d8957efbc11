package dev.warren.sqlfs.names;

import dev.warren.api.Errno;
import dev.warren.api.FileNames;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.inode.Inodes;
import dev.warren.sqlfs.store.Transaction;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Finds the files of paths. */
public final class Lookup {
  private final Object owner;
  private final Files files;

  /**
   * @param owner whose handles paths may begin with
   */
  public Lookup(Object owner, Files files) {
    this.owner = owner;
    this.files = files;
  }

  /** Finds the files of paths in a transaction. */
  public static Lookup in(Object owner, Transaction transaction) {
    return new Lookup(
        owner,
        new Files() {
          @Override
          public @Nullable InodeRow inode(long id) throws SQLException {
            return Inodes.find(transaction.sql(), id);
          }

          @Override
          public @Nullable InodeRow child(long parent, byte[] name) throws SQLException {
            return Entries.find(transaction.sql(), parent, name);
          }
        });
  }

  /**
   * The file of a path.
   *
   * @throws FsException ENOENT; ENOTDIR or ELOOP for one of the directories in the path
   */
  public InodeRow find(VfsPath path) throws FsException, SQLException {
    InodeRow row = findOrNull(path);
    if (row == null) {
      throw new FsException(Errno.ENOENT, path);
    }
    return row;
  }

  /** The file of a path; null if only its last name does not exist. */
  public @Nullable InodeRow findOrNull(VfsPath path) throws FsException, SQLException {
    InodeRow found = found(path);
    if (found != null) {
      return found;
    }
    return path.isRoot()
        ? require(InodeRow.ROOT, path)
        : files.child(parent(path).id(), FileNames.encode(path.name()));
  }

  /** The file of a path's handle; null if none of this owner, EBADF if it is closed. */
  private @Nullable InodeRow found(@Nullable VfsPath path) throws FsException, SQLException {
    if (path == null || !(path.handle() instanceof FoundFile file) || !file.belongsTo(owner)) {
      return null;
    }
    if (file.isClosed()) {
      throw new FsException(Errno.EBADF, path);
    }
    return require(file.inode(), path);
  }

  private InodeRow require(long id, VfsPath path) throws FsException, SQLException {
    InodeRow row = files.inode(id);
    if (row == null) {
      throw new FsException(Errno.ESTALE, path);
    }
    return row;
  }

  /**
   * The directory that contains a path's last name; the root for the root.
   *
   * @throws FsException ENOENT, ENOTDIR or ELOOP for one of the directories in the path
   */
  public InodeRow parent(VfsPath path) throws FsException, SQLException {
    VfsPath above = path.parentOrRoot();
    VfsPath anchor = above.anchor();
    InodeRow found = found(anchor);
    InodeRow directory;
    int known = 0;
    if (anchor != null && found != null) {
      directory = directory(found, path);
      known = anchor.depth();
    } else {
      directory = require(InodeRow.ROOT, path);
    }
    if (above.depth() > known) {
      for (String name : above.names().subList(known, above.depth())) {
        InodeRow next = files.child(directory.id(), FileNames.encode(name));
        if (next == null) {
          throw new FsException(Errno.ENOENT, path);
        }
        directory = directory(next, path);
      }
    }
    return directory;
  }

  /** Checks that a file is a directory that can contain names: not one that has been removed. */
  private static InodeRow directory(InodeRow row, VfsPath path) throws FsException {
    if (!row.isDirectory()) {
      throw new FsException(
          row.type() == FileType.SYMBOLIC_LINK ? Errno.ELOOP : Errno.ENOTDIR, path);
    }
    if (row.links() == 0) {
      throw new FsException(Errno.ENOENT, path);
    }
    return row;
  }

  /**
   * The directory that contains a name that the file is about to lose.
   *
   * @throws FsException ESTALE if the name no longer refers to the file
   */
  public InodeRow holder(VfsPath path, InodeRow file) throws FsException, SQLException {
    InodeRow directory = parent(path);
    InodeRow named = files.child(directory.id(), FileNames.encode(path.name()));
    if (named == null || named.id() != file.id()) {
      throw new FsException(Errno.ESTALE, path);
    }
    return directory;
  }

  /** The directory in which a name is to be created; EEXIST if the name exists. */
  public InodeRow parentOfNew(VfsPath path) throws FsException, SQLException {
    InodeRow parent = parent(path);
    if (path.isRoot() || files.child(parent.id(), FileNames.encode(path.name())) != null) {
      throw new FsException(Errno.EEXIST, path);
    }
    return parent;
  }
}
