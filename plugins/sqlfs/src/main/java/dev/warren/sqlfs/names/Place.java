package dev.warren.sqlfs.names;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.sqlfs.inode.InodeRow;
import org.jspecify.annotations.Nullable;

/**
 * What a path refers to.
 *
 * @param parent the directory of its last name; the root for the root
 * @param file the file to which the last name refers; null if there is none
 */
public record Place(InodeRow parent, @Nullable InodeRow file) {
  /** The file; ENOENT, with the path, if there is none. */
  InodeRow existing(VfsPath path) throws FsException {
    if (file == null) {
      throw new FsException(Errno.ENOENT, path);
    }
    return file;
  }
}
