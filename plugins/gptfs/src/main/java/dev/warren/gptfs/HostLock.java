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
 * Keeps two instances off one directory. The kernel releases the lock with the process, however
 * that ends.
 */
final class HostLock implements Closeable {
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rwx------");

  private final FileChannel channel;

  private HostLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @param file made if it is missing, with the directories above it
   * @param what it is a lock of, for messages
   * @throws IOException if another instance has it, on this host or, where the file system tells,
   *     on another
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
      // another instance in this very process; said below
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
   * Takes a directory that is gptfs's own from everybody else, whatever the umask is or an older
   * version has made: prompts are nobody's but the owner's.
   */
  static void makePrivate(Path directory) throws IOException {
    makeDirectories(directory);
    if (isPosix(directory)) {
      Files.setPosixFilePermissions(directory, OWNER);
    }
  }

  /** Those that are missing are made for the owner alone. */
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
              "above what was missing")); // what is kept below must not go with its directory
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
