package dev.warren.namespace;

import dev.warren.api.DirectoryEntry;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.VfsPath;
import dev.warren.frontend.SharedFileSystem;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The attributes and listing entries of {@link MountParents} and of mount points. */
final class MountPointAttributes {
  /** The first of the cookies for mount points in listings. */
  static final long FIRST_COOKIE =
      OpenDirectory.RESERVED_COOKIES + SharedFileSystem.FRONT_END_COOKIES;

  private static final int PERMISSIONS = 0755;

  private final Instant created;

  MountPointAttributes(Instant created) {
    this.created = created;
  }

  FileAttributes attributes(MountTable.Node node) {
    return attributes(node, PERMISSIONS);
  }

  /**
   * Returns the attributes of a mount point whose file system does not respond: without any
   * permissions.
   */
  FileAttributes attributesOfFailed(MountTable.Node node) {
    return attributes(node, 0);
  }

  /**
   * Returns substitute attributes for a directory whose plugin has failed, because mounts below it
   * must remain reachable.
   *
   * @throws FsException the failure itself, if no mount is below or it is an ordinary error
   */
  FileAttributes insteadOf(FsException failure, MountTable.Node node, VfsPath path)
      throws FsException {
    boolean broken =
        switch (failure.errno()) {
          case EIO, ENXIO, ENODEV, ESTALE, ENOTCONN, EREMOTEIO -> true;
          case ENOENT -> node.mount() != null; // the plugin's root has disappeared
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

  /** Returns the listing entry for a mount point, or for a directory above one. */
  static DirectoryEntry entry(
      String name, long cookie, FileAttributes attributes, boolean withAttributes) {
    @Nullable FileAttributes carried = withAttributes ? attributes : null;
    return new DirectoryEntry(name, FileType.DIRECTORY, attributes.fileId(), cookie, carried);
  }

  static long cookie(int index) {
    return FIRST_COOKIE + index;
  }
}
