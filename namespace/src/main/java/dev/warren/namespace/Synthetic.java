package dev.warren.namespace;

import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.VfsPath;
import dev.warren.api.frontend.SharedFileSystem;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The directories above mount points that no plugin provides, or whose plugin has failed. They are
 * as on a read-only file system: what is there is EEXIST, EISDIR or EBUSY, any other change EROFS.
 */
final class Synthetic {
  /** Start of the cookies for mount points in listings. */
  static final long FIRST_COOKIE =
      OpenDirectory.RESERVED_COOKIES + SharedFileSystem.FRONT_END_COOKIES;

  private static final int PERMISSIONS = 0755;

  private final Instant created;

  Synthetic(Instant created) {
    this.created = created;
  }

  FileAttributes attributes(MountTable.Node node) {
    return attributes(node, PERMISSIONS);
  }

  /** A mount point whose file system does not answer: there, and nothing to be done with it. */
  FileAttributes attributesOfFailed(MountTable.Node node) {
    return attributes(node, 0);
  }

  /**
   * The attributes of a directory whose plugin has failed to give them: mounts below it are reached
   * all the same.
   *
   * @throws FsException that failure, where no mount is below or it is an answer
   */
  FileAttributes insteadOf(FsException failure, MountTable.Node node, VfsPath path)
      throws FsException {
    boolean broken =
        switch (failure.errno()) {
          case EIO, ENXIO, ENODEV, ESTALE, ENOTCONN, EREMOTEIO -> true;
          case ENOENT -> node.mount() != null; // its root is gone
          default -> false;
        };
    if (broken && node.leadsOnFrom(path)) {
      return attributes(node);
    }
    throw failure;
  }

  private FileAttributes attributes(MountTable.Node node, int permissions) {
    return FileAttributes.builder(FileType.DIRECTORY)
        .permissions(permissions)
        .linkCount(2 + node.children().size())
        .times(created)
        .fileId(node.syntheticId())
        .build();
  }

  /** Why a name cannot be created: a path that is no node, below one that no plugin provides. */
  static FsException refusedCreation(MountTable.Node node, VfsPath path) {
    return isChild(node, path) ? new FsException(Errno.EROFS, path) : missing(path);
  }

  static FsException missing(VfsPath path) {
    return new FsException(Errno.ENOENT, path);
  }

  static boolean isChild(MountTable.Node node, VfsPath path) {
    return path.depth() == node.path().depth() + 1;
  }

  /** A name of a mount point, or a directory above one, in a listing. */
  static DirectoryEntry entry(
      String name, long cookie, FileAttributes attributes, boolean withAttributes) {
    @Nullable FileAttributes carried = withAttributes ? attributes : null;
    return new DirectoryEntry(name, FileType.DIRECTORY, attributes.fileId(), cookie, carried);
  }

  static long cookie(int index) {
    return FIRST_COOKIE + index;
  }
}
