package dev.warren.gptfs;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps two instances off one directory. The kernel releases the lock with the process, however
 * that ends.
 */
final class HostLock implements Closeable {
  private final FileChannel channel;

  private HostLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @param file made if it is missing, with the directories above it
   * @throws IOException if another instance has it, on this host or, where the file system tells,
   *     on another
   */
  static HostLock take(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
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
        "another gptfs uses this data_dir already (it holds " + file + "); give each its own");
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
