package dev.warren.server.plugin;

import dev.warren.api.FileNames;
import dev.warren.api.FsException;
import dev.warren.api.Reason;
import dev.warren.api.VfsPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;

/** Directories for persistent data, with mode 0700. */
public final class StateDirectories {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private StateDirectories() {}

  /**
   * Creates a directory and its parents, or accepts an existing one if only its owner may access
   * it. The mode of an empty directory is corrected; a directory with content may be anything, so
   * its mode is left alone and it is refused.
   *
   * @throws IOException if the directory cannot be used; the message says what to do
   */
  public static Path require(Path directory) throws IOException {
    boolean posix = posix(existing(directory));
    if (Files.isDirectory(directory)) {
      if (posix && !Files.getPosixFilePermissions(directory).equals(OWNER_ONLY)) {
        restrict(directory);
      }
      return directory;
    }
    try {
      return posix
          ? Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY))
          : Files.createDirectories(directory);
    } catch (IOException e) {
      throw new IOException(
          "cannot create the state directory %s; start in a directory that you can write, or name"
                  .formatted(directory)
              + " one as server.state_dir: "
              + Reason.of(e),
          e);
    }
  }

  private static void restrict(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      if (entries.findAny().isPresent()) {
        throw new IOException(
            "the state directory %s is open to others (%s): run 'chmod 700 %s', or name another"
                .formatted(
                    directory,
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)),
                    directory));
      }
    }
    Files.setPosixFilePermissions(directory, OWNER_ONLY);
  }

  private static Path existing(Path directory) {
    Path path = directory.toAbsolutePath();
    while (path.getParent() != null && !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      path = path.getParent();
    }
    return path;
  }

  private static boolean posix(Path path) {
    return Files.getFileAttributeView(path, PosixFileAttributeView.class) != null;
  }

  /**
   * Encodes a mount path as a file name, a different one for each path: letters, digits, {@code .},
   * {@code -} and {@code _} are kept, other bytes become {@code %XX}.
   */
  static String encode(VfsPath path) {
    if (path.isRoot()) {
      return "%2F";
    }
    StringBuilder name = new StringBuilder();
    try {
      for (byte b : FileNames.encode(path.toString().substring(1))) {
        char c = (char) (b & 0xFF);
        boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || "-_.".indexOf(c) >= 0);
        if (plain && !(c == '.' && name.isEmpty())) {
          name.append(c);
        } else {
          name.append('%').append(String.format("%02X", b & 0xFF));
        }
      }
    } catch (FsException e) {
      throw new IllegalStateException("a path's names were checked when it was made", e);
    }
    return name.toString();
  }
}
