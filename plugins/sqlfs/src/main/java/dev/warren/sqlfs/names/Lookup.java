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
  /** How many names are looked up in one query: PostgreSQL does not reorder more joins. */
  private static final int MOST_AT_ONCE = 6;

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
          public @Nullable InodeRow descendant(long directory, List<byte[]> names)
              throws SQLException {
            boolean isWorthwhile = names.size() > 1 && names.size() <= MOST_AT_ONCE;
            return isWorthwhile ? Entries.find(transaction.sql(), directory, names) : null;
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
    return found != null ? found : find(path, parent(path));
  }

  /** The file that a path's last name has in a directory; null if there is none. */
  private @Nullable InodeRow in(InodeRow parent, VfsPath path) throws FsException, SQLException {
    return files.child(parent.id(), FileNames.encode(path.name()));
  }

  /**
   * The file of a path whose directory is known; null if only its last name does not exist.
   *
   * @param parent the path's {@linkplain #parent directory}
   */
  @Nullable InodeRow findOrNull(VfsPath path, InodeRow parent) throws FsException, SQLException {
    InodeRow found = found(path);
    if (found != null) {
      return found;
    }
    return path.isRoot() ? parent : in(parent, path);
  }

  /**
   * The file of a path whose directory is known.
   *
   * @param parent the path's {@linkplain #parent directory}
   * @throws FsException ENOENT
   */
  InodeRow find(VfsPath path, InodeRow parent) throws FsException, SQLException {
    InodeRow row = findOrNull(path, parent);
    if (row == null) {
      throw new FsException(Errno.ENOENT, path);
    }
    return row;
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
    if (anchor == null || found == null) {
      return above.isRoot()
          ? directory(require(InodeRow.ROOT, path), path)
          : below(InodeRow.ROOT, above.names(), path);
    }
    InodeRow first = directory(found, path);
    return anchor.depth() == above.depth()
        ? first
        : below(first.id(), above.names().subList(anchor.depth(), above.depth()), path);
  }

  /**
   * The directory with a path relative to a directory.
   *
   * @param names of the relative path, at least one
   * @param path the path that is shown in errors
   */
  private InodeRow below(long directory, List<String> names, VfsPath path)
      throws FsException, SQLException {
    List<byte[]> encoded = new ArrayList<>();
    for (String name : names) {
      encoded.add(FileNames.encode(name));
    }
    InodeRow known = files.descendant(directory, encoded);
    if (known != null) {
      return directory(known, path);
    }
    InodeRow last = null;
    for (byte[] name : encoded) {
      InodeRow next = files.child(last == null ? directory : last.id(), name);
      if (next == null) {
        throw new FsException(Errno.ENOENT, path);
      }
      last = directory(next, path);
    }
    return Objects.requireNonNull(last);
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
   * Checks that a path's last name still refers to its file, before the file loses this name.
   *
   * @param parent the path's {@linkplain #parent directory}
   * @param file the path's {@linkplain #find file}
   * @throws FsException ESTALE
   */
  void requireNamed(VfsPath path, InodeRow parent, InodeRow file) throws FsException, SQLException {
    if (path.handle() == null) {
      return; // the file has just been found by its name
    }
    InodeRow named = in(parent, path);
    if (named == null || named.id() != file.id()) {
      throw new FsException(Errno.ESTALE, path);
    }
  }

  /** The directory in which a name is to be created; EEXIST if the name exists. */
  public InodeRow parentOfNew(VfsPath path) throws FsException, SQLException {
    InodeRow parent = parent(path);
    if (path.isRoot() || in(parent, path) != null) {
      throw new FsException(Errno.EEXIST, path);
    }
    return parent;
  }
}
