package dev.warren.database;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.sqlite.util.OSInfo;

/**
 * Sets where the driver loads SQLite's native library from: the distribution, if it has one for
 * this platform. Otherwise the driver extracts it from its jar to {@code java.io.tmpdir}, which may
 * be mounted {@code noexec}.
 */
final class NativeLibrary {
  private static final String PLACE = "org.sqlite.lib.path";

  private NativeLibrary() {}

  /** Must be called before the driver's first connection. */
  static void prepare() {
    if (System.getProperty(PLACE) == null) {
      Path directory = directory(System.getProperty("warren.home"));
      if (directory != null) {
        System.setProperty(PLACE, directory.toString());
      }
    }
  }

  /** The library's directory in an installation; null if there is none for this platform. */
  static @Nullable Path directory(@Nullable String home) {
    if (home == null) {
      return null;
    }
    Path directory =
        Path.of(home, "lib", "native").resolve(OSInfo.getNativeLibFolderPathForCurrentOS());
    return Files.isRegularFile(directory.resolve(System.mapLibraryName("sqlitejdbc")))
        ? directory
        : null;
  }
}
