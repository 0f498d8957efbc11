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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

          @Override
          public @Nullable Place place(long directory, List<byte[]> names) throws SQLException {
            return names.size() > Entries.MOST_NAMES
                ? null
                : Entries.find(transaction.sql(), directory, names);
          }
        });
  }

  /**
   * The file of a path.
   *
   * @throws FsException ENOENT; ENOTDIR or ELOOP for one of the directories in the path
   */
  public InodeRow find(VfsPath path) throws FsException, SQLException {
    InodeRow found = found(path);
    return found != null ? found : named(path).existing(path);
  }

  /**
   * What a path refers to. If it has a handle, its file is the handle's.
   *
   * @throws FsException ENOENT, ENOTDIR or ELOOP for one of the directories in the path
   */
  Place place(VfsPath path) throws FsException, SQLException {
    Place named = named(path);
    InodeRow found = found(path);
    return found == null ? named : new Place(named.parent(), found);
  }

  /**
   * What a path's names refer to, which is about to change.
   *
   * @throws FsException as for {@link #place}; ESTALE if the path has a handle of another file
   */
  Place unmoved(VfsPath path) throws FsException, SQLException {
    Place named = named(path);
    InodeRow found = found(path);
    if (found != null && (named.file() == null || named.file().id() != found.id())) {
      throw new FsException(Errno.ESTALE, path);
    }
    return named;
  }

  /** The file of a path's handle; null if none of this owner, EBADF if it is closed. */
  private @Nullable InodeRow found(VfsPath path) throws FsException, SQLException {
    return isFound(path) ? require(inode(path), path) : null;
  }

  private boolean isFound(VfsPath path) {
    return path.handle() instanceof FoundFile file && file.belongsTo(owner);
  }

  private static long inode(VfsPath path) throws FsException {
    if (!(path.handle() instanceof FoundFile file) || file.isClosed()) {
      throw new FsException(Errno.EBADF, path);
    }
    return file.inode();
  }

  private InodeRow require(long id, VfsPath path) throws FsException, SQLException {
    InodeRow row = files.inode(id);
    if (row == null) {
      throw new FsException(Errno.ESTALE, path);
    }
    return row;
  }

  /**
   * What a path's names refer to, whether or not it has a handle.
   *
   * @throws FsException ENOENT, ENOTDIR or ELOOP for one of the directories in the path
   */
  Place named(VfsPath path) throws FsException, SQLException {
    if (path.isRoot()) {
      InodeRow root = require(InodeRow.ROOT, path);
      return new Place(root, root);
    }
    VfsPath above = path.parentOrRoot().anchor();
    VfsPath anchor = above != null && isFound(above) ? above : null;
    long start = anchor == null ? InodeRow.ROOT : inode(anchor);
    List<byte[]> names = new ArrayList<>();
    for (String name : path.names().subList(anchor == null ? 0 : anchor.depth(), path.depth())) {
      names.add(FileNames.encode(name));
    }
    Place known = files.place(start, names);
    if (known != null) {
      return new Place(directory(known.parent(), path), known.file());
    }
    InodeRow parent =
        anchor != null || names.size() == 1 ? directory(require(start, path), path) : null;
    for (byte[] name : names.subList(0, names.size() - 1)) {
      InodeRow next = files.child(parent == null ? start : parent.id(), name);
      if (next == null) {
        throw new FsException(Errno.ENOENT, path);
      }
      parent = directory(next, path);
    }
    InodeRow last = Objects.requireNonNull(parent);
    return new Place(last, files.child(last.id(), names.getLast()));
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

  /** The directory in which a name is to be created; EEXIST if the name exists. */
  public InodeRow parentOfNew(VfsPath path) throws FsException, SQLException {
    Place named = named(path);
    if (named.file() != null) {
      throw new FsException(Errno.EEXIST, path);
    }
    return named.parent();
  }
}
