package dev.warren.database;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.sqlite.util.OSInfo;

/**
 * Where SQLite's native library is loaded from: the distribution, where it has one for this
 * machine. Else the driver writes it out of its jar into {@code java.io.tmpdir}, which may be a
 * place that nothing may be executed from.
 */
final class NativeLibrary {
  private static final String PLACE = "org.sqlite.lib.path";

  private NativeLibrary() {}

  /** Has to be called before the driver's first connection. */
  static void prepare() {
    if (System.getProperty(PLACE) == null) {
      Path directory = directory(System.getProperty("warren.home"));
      if (directory != null) {
        System.setProperty(PLACE, directory.toString());
      }
    }
  }

  /** The directory in an installation; null if that has none for this machine. */
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
