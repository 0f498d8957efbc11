package dev.warren.testkit.model;

import dev.warren.api.DirectoryEntry;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.VfsPath;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Steps on directories, and on the whole file system. */
final class DirectorySteps {
  private DirectorySteps() {}

  record ListPath(VfsPath path, int pageSize) implements Step {
    @Override
    public String run(World world) throws FsException {
      try (OpenDirectory directory = world.fs().openDirectory(path)) {
        return list(directory, pageSize);
      }
    }
  }

  record Open(int slot, VfsPath path) implements Step {
    @Override
    public String run(World world) throws FsException {
      world.put(slot, world.fs().openDirectory(path));
      return "opened";
    }
  }

  record Close(int slot) implements Step {
    @Override
    public String run(World world) throws FsException {
      world.closeDirectory(slot);
      return "closed";
    }
  }

  record ListOpen(int slot, int pageSize) implements Step {
    @Override
    public String run(World world) throws FsException {
      return list(world.directory(slot), pageSize);
    }
  }

  record StatOpen(int slot) implements Step {
    @Override
    public String run(World world) throws FsException {
      return Outcomes.attributes(world, world.directory(slot).stat());
    }
  }

  /** Compares the complete contents. */
  record CompareAll() implements Step {
    @Override
    public String run(World world) throws FsException {
      return Snapshot.of(world);
    }
  }

  /** Returns the whole listing, read in pages, ordered by name. */
  private static String list(OpenDirectory directory, int pageSize) throws FsException {
    List<String> entries = new ArrayList<>();
    long cookie = 0;
    while (true) {
      List<DirectoryEntry> page = new ArrayList<>();
      directory.read(cookie, false, entry -> page.size() < pageSize && page.add(entry));
      if (page.isEmpty()) {
        break;
      }
      page.forEach(entry -> entries.add(entry.name() + " " + entry.type()));
      cookie = page.getLast().cookie();
    }
    TreeSet<String> sorted = new TreeSet<>(entries);
    return sorted.size() == entries.size() ? sorted.toString() : "with repetitions: " + entries;
  }
}
