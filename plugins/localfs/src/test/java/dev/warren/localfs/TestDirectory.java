package dev.warren.localfs;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A directory for a test, in memory or on the disk, which is deleted afterwards. */
public record TestDirectory(Path path) implements AutoCloseable {
  /**
   * Returns a directory on a file system in memory if there is one: in the directory of the system
   * property {@code warren.test.tmpfs}, otherwise in {@code /dev/shm}, otherwise in the directory
   * for temporary files.
   */
  public static TestDirectory inMemory() throws IOException {
    Path memory = Path.of(System.getProperty("warren.test.tmpfs", "/dev/shm"));
    return Files.isWritable(memory)
        ? new TestDirectory(Files.createTempDirectory(memory, "localfs-"))
        : onDisk();
  }

  /** Returns a directory in the directory for temporary files. */
  public static TestDirectory onDisk() throws IOException {
    return new TestDirectory(Files.createTempDirectory("localfs-"));
  }

  /** Whether the directory is on a tmpfs. */
  public boolean isInMemory() throws IOException {
    return Files.getFileStore(path).type().equals("tmpfs");
  }

  @Override
  public void close() throws IOException {
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
