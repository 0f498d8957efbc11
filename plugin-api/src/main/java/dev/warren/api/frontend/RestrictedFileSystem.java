package dev.warren.api.frontend;

import dev.warren.api.AttributeChanges;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FileSystemStats;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import dev.warren.api.frontend.AccessRules.Access;
import java.util.List;
import java.util.function.Predicate;

/** {@link SharedFileSystems#restricted}. */
final class RestrictedFileSystem extends ViewFileSystem {
  private final AccessRules rules;

  RestrictedFileSystem(SharedFileSystem shared, FileSystem target, AccessRules rules) {
    super(shared, target);
    this.rules = rules;
  }

  @Override
  ViewFileSystem over(SharedFileSystem newShared, FileSystem newTarget) {
    return new RestrictedFileSystem(newShared, newTarget, rules);
  }

  private boolean isReadable(VfsPath path) {
    return rules.access(path) != Access.NONE;
  }

  private VfsPath readable(VfsPath path) throws FsException {
    if (!isReadable(path)) {
      throw refusal(path);
    }
    return path;
  }

  private VfsPath writable(VfsPath path) throws FsException {
    if (rules.access(path) != Access.WRITE) {
      throw refusal(path);
    }
    return path;
  }

  private boolean mayChangeName(VfsPath path) {
    return rules.access(path) == Access.WRITE && rules.access(path.parentOrRoot()) == Access.WRITE;
  }

  /**
   * A path whose name may come and go; the root's never does, which is not for this class to say.
   */
  private VfsPath named(VfsPath path) throws FsException {
    if (!path.isRoot() && !mayChangeName(path)) {
      throw refusal(path);
    }
    return path;
  }

  private VfsPath movable(VfsPath path) throws FsException {
    if (!path.isRoot() && !rules.isUniformBelow(path)) {
      throw refusal(path);
    }
    return named(path);
  }

  /** EACCES where the client can see the path or the directory it would be in, else ENOENT. */
  private FsException refusal(VfsPath path) {
    VfsPath parent = path.parentOrRoot();
    boolean known = isReadable(path) || isReadable(parent) || rules.leadsToMore(path);
    return new FsException(known || rules.leadsToMore(parent) ? Errno.EACCES : Errno.ENOENT, path);
  }

  private static FsException missing(VfsPath path) {
    return new FsException(Errno.ENOENT, path);
  }

  @Override
  public TrackedPath track(VfsPath path) {
    return shared().track(path);
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    if (isReadable(path)) {
      return target.stat(path);
    }
    if (path.isRoot() || rules.leadsToMore(path)) {
      FileAttributes attributes = target.stat(path);
      if (attributes.isDirectory()) {
        return attributes;
      }
    }
    throw missing(path);
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    if (!isReadable(path)) {
      if (stat(path).isDirectory()) {
        throw new FsException(Errno.EISDIR, path);
      }
    }
    if (options.write()) {
      writable(path);
    }
    if (!options.create() || mayChangeName(path)) {
      OpenFile file = target.open(path, options, permissions);
      return rules.access(path) == Access.WRITE ? file : new ReadOnlyFile(file, Errno.EACCES);
    }
    return openExisting(path, options);
  }

  /** Opens for a client who may not create the file. */
  private OpenFile openExisting(VfsPath path, OpenOptions options) throws FsException {
    try {
      if (options.exclusive()) {
        target.stat(path);
        throw new FsException(Errno.EEXIST, path);
      }
      OpenFile file =
          target.open(
              path,
              new OpenOptions(
                  options.read(),
                  options.write(),
                  options.append(),
                  false,
                  false,
                  options.truncate(),
                  options.sync()),
              0);
      return rules.access(path) == Access.WRITE ? file : new ReadOnlyFile(file, Errno.EACCES);
    } catch (FsException e) {
      throw e.errno() == Errno.ENOENT ? refusal(path) : e;
    }
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    boolean readable = isReadable(path);
    if (!readable) {
      stat(path);
    }
    boolean uniform = rules.isUniformBelow(path);
    OpenDirectory directory = target.openDirectory(path);
    if (readable && uniform) {
      return rules.access(path) == Access.WRITE
          ? directory
          : new ReadOnlyDirectory(directory, Errno.EACCES);
    }
    return new ReadOnlyDirectory(directory, Errno.EACCES, visibleIn(path));
  }

  private Predicate<DirectoryEntry> visibleIn(VfsPath directory) {
    return entry -> {
      try {
        VfsPath path = directory.resolve(entry.name());
        return isReadable(path) || (entry.type() == FileType.DIRECTORY && rules.leadsToMore(path));
      } catch (FsException e) {
        return false; // a name that no path can hold, which no operation would find either
      }
    };
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    target.mkdir(named(path), permissions);
  }

  @Override
  public void unlink(VfsPath path) throws FsException {
    target.unlink(named(path));
  }

  @Override
  public void rmdir(VfsPath path) throws FsException {
    target.rmdir(named(path));
  }

  @Override
  public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    target.rename(movable(from), movable(to), replace);
  }

  @Override
  public void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
    target.setAttributes(writable(path), changes);
  }

  @Override
  public String readlink(VfsPath path) throws FsException {
    return target.readlink(readable(path));
  }

  @Override
  public void symlink(String text, VfsPath link) throws FsException {
    target.symlink(text, named(link));
  }

  /** The existing file must be writable: its new name makes it so. */
  @Override
  public void link(VfsPath existing, VfsPath link) throws FsException {
    target.link(writable(existing), named(link));
  }

  @Override
  public void mknod(VfsPath path, int mode, int deviceMajor, int deviceMinor) throws FsException {
    target.mknod(named(path), mode, deviceMajor, deviceMinor);
  }

  @Override
  public FileSystemStats statfs(VfsPath path) throws FsException {
    if (!isReadable(path)) {
      stat(path);
    }
    return target.statfs(path);
  }

  @Override
  public List<String> listXattrs(VfsPath path) throws FsException {
    return target.listXattrs(readable(path));
  }

  @Override
  public byte[] getXattr(VfsPath path, String name) throws FsException {
    return target.getXattr(readable(path), name);
  }

  @Override
  public void setXattr(VfsPath path, String name, byte[] value, XattrMode mode) throws FsException {
    target.setXattr(writable(path), name, value, mode);
  }

  @Override
  public void removeXattr(VfsPath path, String name) throws FsException {
    target.removeXattr(writable(path), name);
  }
}
