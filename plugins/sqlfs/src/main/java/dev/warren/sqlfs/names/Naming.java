package dev.warren.sqlfs.names;

import dev.warren.api.Errno;
import dev.warren.api.FileNames;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.sqlfs.content.Chunks;
import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.inode.Inodes;
import dev.warren.sqlfs.session.Orphans;
import dev.warren.sqlfs.store.Transaction;
import java.sql.SQLException;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/** Changes of names, in one transaction. */
public record Naming(Transaction transaction, Lookup lookup) {
  private static final int MAX_LINKS = 65_000;

  /** Creates a file; EEXIST if the name exists. */
  public InodeRow create(VfsPath path, FileType type, int permissions, Owner owner)
      throws FsException, SQLException {
    return create(lookup.parentOfNew(path), path, type, permissions, owner);
  }

  /** The file of a path, or a regular file that is created there. */
  public Opened openOrCreate(VfsPath path, boolean exclusive, int permissions, Owner owner)
      throws FsException, SQLException {
    Place place = lookup.place(path);
    InodeRow existing = place.file();
    if (existing != null && exclusive) {
      throw new FsException(Errno.EEXIST, path);
    }
    return existing != null
        ? new Opened(existing, false)
        : new Opened(create(place.parent(), path, FileType.REGULAR, permissions, owner), true);
  }

  /** A file, and whether it is new. */
  public record Opened(InodeRow file, boolean created) {}

  private InodeRow create(
      InodeRow parent, VfsPath path, FileType type, int permissions, Owner owner)
      throws FsException, SQLException {
    Owner below = owner.in(parent);
    boolean directory = type == FileType.DIRECTORY;
    InodeRow row =
        Inodes.create(
            transaction,
            type,
            directory ? parent.directoryPermissionsBelow(permissions) : permissions,
            below.uid(),
            below.gid(),
            parent.id());
    Entries.add(transaction, parent.id(), FileNames.encode(path.name()), row.id());
    Inodes.entriesChanged(transaction, parent.id(), directory ? 1 : 0);
    return row;
  }

  /**
   * Creates a regular file with its content, in place of an existing file.
   *
   * @param chunks the content, by number
   * @param size of the content, in bytes
   * @return the file that was replaced; null if there was none
   */
  public @Nullable InodeRow replace(
      VfsPath path, int permissions, Owner owner, NavigableMap<Long, byte[]> chunks, long size)
      throws FsException, SQLException {
    Place place = lookup.unmoved(path);
    InodeRow parent = place.parent();
    InodeRow existing = place.file();
    if (existing != null && existing.isDirectory()) {
      throw new FsException(Errno.EISDIR, path);
    }
    Owner below = owner.in(parent);
    long content = chunks.isEmpty() ? 0 : transaction.newId();
    long stored = Chunks.writeNew(transaction, content, chunks);
    InodeRow row =
        Inodes.create(
            transaction,
            FileType.REGULAR,
            permissions,
            below.uid(),
            below.gid(),
            parent.id(),
            size,
            content,
            stored);
    byte[] name = FileNames.encode(path.name());
    if (existing == null) {
      Entries.add(transaction, parent.id(), name, row.id());
    } else {
      Entries.replace(transaction, parent.id(), name, row.id());
      loseName(existing);
    }
    Inodes.entriesChanged(transaction, parent.id(), 0);
    return existing;
  }

  /** Adds a name to a file. */
  public @Nullable Void link(VfsPath existing, VfsPath link) throws FsException, SQLException {
    InodeRow file = lookup.find(existing);
    InodeRow parent = lookup.parentOfNew(link);
    if (file.isDirectory()) {
      throw new FsException(Errno.EPERM, existing);
    }
    if (file.links() >= MAX_LINKS) {
      throw new FsException(Errno.EMLINK, existing);
    }
    if (file.links() == 0) {
      Orphans.adopt(transaction, file.id());
    }
    Entries.add(transaction, parent.id(), FileNames.encode(link.name()), file.id());
    Inodes.linksChanged(transaction, file.id(), 1);
    Inodes.entriesChanged(transaction, parent.id(), 0);
    return null;
  }

  /** Removes a name of a file that is not a directory; returns the file. */
  public InodeRow unlink(VfsPath path) throws FsException, SQLException {
    Place place = lookup.unmoved(path);
    InodeRow file = place.existing(path);
    if (file.isDirectory()) {
      throw new FsException(Errno.EISDIR, path);
    }
    Entries.remove(transaction, place.parent().id(), FileNames.encode(path.name()));
    Inodes.entriesChanged(transaction, place.parent().id(), 0);
    loseName(file);
    return file;
  }

  /** Removes an empty directory; returns it. */
  public InodeRow rmdir(VfsPath path) throws FsException, SQLException {
    if (path.isRoot()) {
      throw new FsException(Errno.EBUSY, path);
    }
    Place place = lookup.unmoved(path);
    InodeRow directory = place.existing(path);
    if (!directory.isDirectory()) {
      throw new FsException(Errno.ENOTDIR, path);
    }
    if (!Entries.isEmpty(transaction.sql(), directory.id())) {
      throw new FsException(Errno.ENOTEMPTY, path);
    }
    Entries.remove(transaction, place.parent().id(), FileNames.encode(path.name()));
    Inodes.entriesChanged(transaction, place.parent().id(), -1);
    loseName(directory);
    return directory;
  }

  /** Decrements a file's number of names. Without names, it is an orphan while it is held. */
  void loseName(InodeRow file) throws FsException, SQLException {
    if (file.isDirectory()) {
      Inodes.linksChanged(transaction, file.id(), -2);
      Inodes.setParent(transaction, file.id(), 0);
    } else {
      Inodes.linksChanged(transaction, file.id(), -1);
    }
    if (file.isDirectory() || file.links() == 1) {
      Orphans.add(transaction, file.id());
    }
  }
}
