package dev.warren.sqlfs;

import dev.warren.api.DirectoryEntry;
import dev.warren.api.FileSystem;
import dev.warren.api.OpenDirectory;
import dev.warren.api.VfsPath;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.testkit.TestContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Lists the root of a database in a JVM of its own, which has little memory. */
final class ListingChild {
  /** How a directory is listed. */
  enum Mode {
    /** With one call. */
    AT_ONCE,
    /** Makes one call for each page, as front ends do. */
    IN_PAGES,
    /** Makes one call and keeps its entries, for which there is not enough memory. */
    KEPT
  }

  private static final int PAGE = 1_000;

  private final List<DirectoryEntry> kept = new ArrayList<>();
  private long count;
  private long bytes;

  private ListingChild() {}

  /** The arguments: a directory, the database's URL, and the mode. */
  public static void main(String[] arguments) throws Exception {
    DatabaseSettings settings = TestHost.at(arguments[1]);
    ListingChild listing = new ListingChild();
    try (TestContext context = TestContext.in(Path.of(arguments[0]));
        FileSystem fs = TestHost.open(context, settings, TestHost.settings(System::nanoTime));
        OpenDirectory directory = fs.openDirectory(VfsPath.ROOT)) {
      listing.list(directory, Mode.valueOf(arguments[2]));
    }
    System.out.println(listing.count + " files, " + listing.bytes + " bytes");
  }

  private void list(OpenDirectory directory, Mode mode) throws Exception {
    switch (mode) {
      case AT_ONCE -> directory.read(0, true, this::count);
      case KEPT -> directory.read(0, true, entry -> kept.add(entry) && count(entry));
      case IN_PAGES -> {
        long[] cookie = {0};
        long before;
        do {
          before = count;
          long end = before + PAGE;
          directory.read(
              cookie[0],
              true,
              entry -> {
                if (count == end) {
                  return false;
                }
                cookie[0] = entry.cookie();
                return count(entry);
              });
        } while (count > before);
      }
    }
  }

  private boolean count(DirectoryEntry entry) {
    count++;
    bytes += Objects.requireNonNull(entry.attributes()).size();
    return true;
  }
}
