package dev.warren.gptfs;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Keeps two instances from using the same directory or database. The kernel releases the lock when
 * the process ends, however it ends.
 */
final class HostLock implements Closeable {
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rwx------");

  private final FileChannel channel;

  private HostLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Acquires the lock.
   *
   * @param file created if it is missing, with the directories above it
   * @param what the lock protects, for messages
   * @throws IOException if another instance holds the lock, on this host or, where the file system
   *     supports that, on another
   */
  static HostLock take(Path file, String what) throws IOException {
    Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent(), "above the lock");
    makeDirectories(directory);
    FileChannel channel = open(file);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return new HostLock(channel);
      }
    } catch (OverlappingFileLockException e) {
      // another instance in this process holds it; reported below
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new IOException(
        "another gptfs uses this %s already (it holds %s); give each its own"
            .formatted(what, file));
  }

  /**
   * Creates a directory of gptfs if it is missing, and makes it accessible to its owner only,
   * whatever the umask or an older version made of it: it holds prompts.
   */
  static void makePrivate(Path directory) throws IOException {
    makeDirectories(directory);
    if (isPosix(directory) && !Files.getPosixFilePermissions(directory).equals(OWNER)) {
      Files.setPosixFilePermissions(directory, OWNER);
    }
  }

  /** Creates the missing directories, accessible to their owner only. */
  private static void makeDirectories(Path directory) throws IOException {
    if (!isPosix(directory)) {
      Files.createDirectories(directory);
      return;
    }
    List<Path> missing = new ArrayList<>();
    for (Path at = directory.toAbsolutePath(); at != null && !Files.exists(at); ) {
      missing.add(at);
      at = at.getParent();
    }
    Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER));
    for (Path made : missing) {
      sync(
          Objects.requireNonNull(
              made.getParent(),
              "above what was missing")); // otherwise a power failure may lose the directory's
      // content
    }
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static FileChannel open(Path file) throws IOException {
    Set<OpenOption> options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    return isPosix(file)
        ? FileChannel.open(
            file,
            options,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
        : FileChannel.open(file, options);
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
