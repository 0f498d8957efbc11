package dev.warren.testkit.model;

import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.testkit.Gap;
import dev.warren.testkit.TestFiles;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The complete visible state of a world: names, attributes, contents, and which names refer to one
 * file.
 */
final class Snapshot {
  /** For files with more bytes, only the size is compared. */
  static final long LARGE = 4 << 20;

  private final World world;
  private final Map<Long, String> firstNames = new HashMap<>();
  private final List<String> lines = new ArrayList<>();

  private Snapshot(World world) {
    this.world = world;
  }

  static String of(World world) throws FsException {
    Snapshot snapshot = new Snapshot(world);
    snapshot.add(VfsPath.ROOT);
    for (int slot = 0; slot < World.FILES; slot++) {
      snapshot.addOpen(slot);
    }
    return String.join("\n", snapshot.lines);
  }

  private void add(VfsPath path) throws FsException {
    FileAttributes attributes = world.fs().stat(path);
    StringBuilder line = new StringBuilder(path + ": ");
    if (path.isRoot()) {
      line.append(attributes.type()); // its other attributes do not result from the sequence
    } else {
      line.append(Outcomes.attributes(world, attributes)).append(same(path.toString(), attributes));
    }
    switch (attributes.type()) {
      case REGULAR -> line.append(content(path, attributes));
      case SYMBOLIC_LINK -> line.append(" -> ").append(world.fs().readlink(path));
      default -> {}
    }
    boolean hasXattrs = attributes.isDirectory() || attributes.type() == FileType.REGULAR;
    if (hasXattrs && !world.lacks(Gap.XATTRS) && !path.isRoot()) {
      line.append(' ').append(AttributeSteps.names(world, path));
    }
    lines.add(line.toString());
    if (attributes.isDirectory()) {
      List<String> names = new ArrayList<>(TestFiles.names(world.fs(), path));
      Collections.sort(names);
      for (String name : names) {
        add(path.resolve(name));
      }
    }
  }

  private String content(VfsPath path, FileAttributes attributes) throws FsException {
    return attributes.size() > LARGE
        ? " large"
        : " " + Outcomes.content(TestFiles.read(world.fs(), path));
  }

  private void addOpen(int slot) throws FsException {
    if (!world.isOpen(slot)) {
      return;
    }
    FileAttributes attributes = world.file(slot).file().stat();
    String name = "open file " + slot;
    lines.add(
        "%s: %s%s %s"
            .formatted(
                name,
                Outcomes.attributes(world, attributes),
                same(name, attributes),
                FileSteps.whole(world, slot)));
  }

  /** File ids may differ, but which names refer to one file may not. */
  private String same(String name, FileAttributes attributes) {
    if (world.lacks(Gap.FILE_ID)) {
      return "";
    }
    String first = firstNames.putIfAbsent(attributes.fileId(), name);
    return first == null ? "" : " same as " + first;
  }
}
