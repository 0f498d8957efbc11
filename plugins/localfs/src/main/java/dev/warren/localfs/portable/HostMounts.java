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
 * The file systems mounted below the directory, on hosts that have device numbers: the {@linkplain
 * KernelTrees kernel's own} are not entered. Compares the device number of each file; Java is asked
 * for the type, which takes long, only if it differs from that of the directory.
 */
final class HostMounts {
  private final boolean known;
  private final long device;

  /**
   * Returns the mounts below a directory.
   *
   * @throws IOException if it is itself in one of the kernel's own file systems
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
   * Refuses access to the kernel's own file systems.
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
