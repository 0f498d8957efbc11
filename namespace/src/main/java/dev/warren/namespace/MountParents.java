package dev.warren.namespace;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FileSystemStats;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The directories above mount points that no plugin provides, or whose plugin has failed, as a
 * read-only file system: creating an existing name is EEXIST, EISDIR or EBUSY, any other change
 * EROFS. Paths are those of the namespace. Non-blocking.
 */
final class MountParents implements FileSystem {
  private final Supplier<MountTable> table;
  private final MountPointAttributes mountPointAttributes;
  private final Function<MountTable.Node, OpenDirectory> listing;

  /**
   * @param listing opens a directory of mount points
   */
  MountParents(
      Supplier<MountTable> table,
      MountPointAttributes mountPointAttributes,
      Function<MountTable.Node, OpenDirectory> listing) {
    this.table = table;
    this.mountPointAttributes = mountPointAttributes;
    this.listing = listing;
  }

  private MountTable.Node existing(VfsPath path) throws FsException {
    MountTable.Node node = table.get().find(path);
    if (!node.isAt(path)) {
      throw new FsException(Errno.ENOENT, path);
    }
    return node;
  }

  /** Returns the error for creating a name. */
  private FsException refusedCreation(VfsPath path) {
    MountTable.Node node = table.get().find(path);
    if (node.isAt(path)) {
      return new FsException(Errno.EEXIST, path);
    }
    boolean parentExists = path.depth() == node.path().depth() + 1;
    return new FsException(parentExists ? Errno.EROFS : Errno.ENOENT, path);
  }

  private FsException refused(Errno errno, VfsPath path) throws FsException {
    existing(path);
    return new FsException(errno, path);
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    return mountPointAttributes.attributes(existing(path));
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    boolean mustNotExist = options.create() && options.exclusive();
    if (!table.get().find(path).isAt(path) && options.create()) {
      throw refusedCreation(path);
    }
    throw refused(mustNotExist ? Errno.EEXIST : Errno.EISDIR, path);
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    return listing.apply(existing(path));
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    throw refusedCreation(path);
  }

  @Override
  public void unlink(VfsPath path) throws FsException {
    throw refused(Errno.EISDIR, path);
  }

  @Override
  public void rmdir(VfsPath path) throws FsException {
    throw refused(Errno.EBUSY, path);
  }

  @Override
  public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    throw refused(Errno.EBUSY, from);
  }

  @Override
  public void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
    existing(path);
    if (!changes.isEmpty()) {
      throw new FsException(Errno.EROFS, path);
    }
  }

  @Override
  public String readlink(VfsPath path) throws FsException {
    throw refused(Errno.EINVAL, path);
  }

  @Override
  public void symlink(String target, VfsPath link) throws FsException {
    throw refusedCreation(link);
  }

  @Override
  public void link(VfsPath existing, VfsPath link) throws FsException {
    throw refused(Errno.EPERM, existing);
  }

  @Override
  public void mknod(VfsPath path, int mode, int deviceMajor, int deviceMinor) throws FsException {
    throw refusedCreation(path);
  }

  @Override
  public FileSystemStats statfs(VfsPath path) throws FsException {
    existing(path);
    return FileSystemStats.EMPTY;
  }

  @Override
  public List<String> listXattrs(VfsPath path) throws FsException {
    existing(path);
    return List.of();
  }

  @Override
  public byte[] getXattr(VfsPath path, String name) throws FsException {
    throw refused(Errno.ENODATA, path);
  }

  @Override
  public void setXattr(VfsPath path, String name, byte[] value, XattrMode mode) throws FsException {
    throw refused(Errno.EROFS, path);
  }

  @Override
  public void removeXattr(VfsPath path, String name) throws FsException {
    throw refused(Errno.EROFS, path);
  }

  @Override
  public FileSystem nonBlocking() {
    return this;
  }

  @Override
  public void close() {}
}
