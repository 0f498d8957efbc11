package dev.warren.server.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps two hosts from using the same state directory. The system releases the lock when the
 * process ends.
 */
final class StateLock implements AutoCloseable {
  private final Path file;
  private final @Nullable Object key;
  private final FileChannel channel;

  private StateLock(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.key = key(file);
    this.channel = channel;
  }

  /** Returns what identifies a file; null if the file system has no such key. */
  private static @Nullable Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  /** Whether the locked file is still the one that its name refers to. */
  boolean isInPlace() throws IOException {
    try {
      return Objects.equals(key, key(file));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /**
   * Takes the lock.
   *
   * @throws IOException if another host has it
   */
  static StateLock take(Path stateDirectory) throws IOException {
    Path file = stateDirectory.resolve("lock");
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (tryLock(channel) != null) {
        return new StateLock(file, channel);
      }
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new IOException(
        "another Warren runs with the state directory %s; stop it, or give this one another"
            .formatted(stateDirectory));
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException _) {
      return null; // another host in this process, as in tests
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
