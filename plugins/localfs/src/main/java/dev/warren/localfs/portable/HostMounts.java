package dev.warren.localfs.portable;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.localfs.common.KernelTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * What is mounted below the directory, on hosts that have devices: the {@linkplain KernelTrees
 * kernel's own} is not entered. By the number of the device that a file is on; only where it is
 * another than the directory's Java is asked for its type, which takes long.
 */
final class HostMounts {
  private final boolean known;
  private final long device;

  /**
   * For a directory.
   *
   * @throws IOException if it is itself one of the kernel's
   */
  HostMounts(Path root) throws IOException {
    known = root.getFileSystem().supportedFileAttributeViews().contains("unix");
    device = known ? device(root) : 0;
    String type = Files.getFileStore(root).type();
    if (known && KernelTrees.isOne(type)) {
      throw new IOException(KernelTrees.refusal(root, type));
    }
  }

  /**
   * Lets nobody into a file system of the kernel's.
   *
   * @param file a file that exists
   * @throws FsException EACCES
   */
  void requireServed(Path file, VfsPath path) throws IOException {
    if (known && device(file) != device && KernelTrees.isOne(Files.getFileStore(file).type())) {
      throw new FsException(Errno.EACCES, path);
    }
  }

  private static long device(Path file) throws IOException {
    return (Long) Files.getAttribute(file, "unix:dev", LinkOption.NOFOLLOW_LINKS);
  }
}
