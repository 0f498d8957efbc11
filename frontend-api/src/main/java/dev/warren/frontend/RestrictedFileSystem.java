package dev.warren.frontend;

import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import dev.warren.frontend.AccessRules.Access;
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
   * Checks that the name may be created or removed. The root has no name; its errors are those of
   * the file system.
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

  /** Returns EACCES if the client can see the path or its directory, otherwise ENOENT. */
  private FsException refusal(VfsPath path) {
    VfsPath parent = path.parentOrRoot();
    boolean known = isReadable(path) || isReadable(parent) || rules.leadsToMore(path);
    return new FsException(known || rules.leadsToMore(parent) ? Errno.EACCES : Errno.ENOENT, path);
  }

  private static FsException missing(VfsPath path) {
    return new FsException(Errno.ENOENT, path);
  }

  @Override
  protected VfsPath path(Operation operation, VfsPath path) throws FsException {
    return switch (operation) {
      case STAT, OPENDIR, STATFS -> visible(path);
      case READLINK, LISTXATTR, GETXATTR -> readable(path);
      case SETATTR, SETXATTR, REMOVEXATTR -> writable(path);
      case LINK -> writable(path); // a new name changes the file's link count
      case MKDIR, UNLINK, RMDIR, SYMLINK, MKNOD, REPLACE -> named(path);
      case RENAME -> movable(path);
      case OPEN -> path; // depends on the options
      case READ, WRITE, FSTAT, FSETATTR, TRUNCATE, FSYNC, COPY, READDIR, CLOSE, ABORT ->
          throw new IllegalArgumentException(operation + " has no path");
    };
  }

  @Override
  protected VfsPath newPath(Operation operation, VfsPath path) throws FsException {
    return operation == Operation.RENAME ? movable(path) : named(path);
  }

  /** Checks that the path can be read, or is a directory that leads to a readable path. */
  private VfsPath visible(VfsPath path) throws FsException {
    boolean leads = path.isRoot() || rules.leadsToMore(path);
    if (isReadable(path) || (leads && delegate().stat(path).isDirectory())) {
      return path;
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
      OpenFile file = super.open(path, options, permissions);
      return rules.access(path) == Access.WRITE ? file : new ReadOnlyFile(file, Errno.EACCES);
    }
    return openExisting(path, options);
  }

  /** Opens a file for a client that may not create it. */
  private OpenFile openExisting(VfsPath path, OpenOptions options) throws FsException {
    try {
      if (options.exclusive()) {
        delegate().stat(path);
        throw new FsException(Errno.EEXIST, path);
      }
      OpenFile file =
          super.open(
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
    OpenDirectory directory = super.openDirectory(path);
    if (isReadable(path) && rules.isUniformBelow(path)) {
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
        return false; // an invalid name, which no operation could refer to either
      }
    };
  }
}
