package dev.warren.testkit.model;

import dev.warren.api.AttributeChanges;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import java.util.TreeSet;

/** Steps on attributes, ordinary and extended. */
final class AttributeSteps {
  private AttributeSteps() {}

  record Change(VfsPath path, AttributeChanges changes) implements Step {
    @Override
    public String run(World world) throws FsException {
      FileType type = world.type(path);
      boolean sizeless = type != null && type != FileType.REGULAR && type != FileType.DIRECTORY;
      try {
        world.fs().setAttributes(path, changes);
      } catch (FsException e) {
        if (sizeless && changes.size() != null) {
          return "no size"; // the contract does not define an error for this
        }
        throw e;
      }
      return described(world, changes, world.fs().stat(path));
    }
  }

  record ChangeOpen(int slot, AttributeChanges changes) implements Step {
    @Override
    public String run(World world) throws FsException {
      world.file(slot).file().setAttributes(changes);
      return described(world, changes, world.file(slot).file().stat());
    }
  }

  private static String described(World world, AttributeChanges changes, FileAttributes now) {
    String text = Outcomes.attributes(world, now);
    return changes.accessTime() == null ? text : text + Outcomes.accessTime(world, now);
  }

  /** Links and special files have no user attributes; systems report that differently. */
  private static boolean hasXattrs(World world, VfsPath path) {
    FileType type = world.type(path);
    return type == null || type == FileType.REGULAR || type == FileType.DIRECTORY;
  }

  record SetXattr(VfsPath path, String name, int size, XattrMode mode) implements Step {
    @Override
    public String run(World world) throws FsException {
      if (!hasXattrs(world, path)) {
        return "not done";
      }
      world.fs().setXattr(path, name, FileSteps.pattern(size, size), mode);
      return "set";
    }
  }

  record GetXattr(VfsPath path, String name) implements Step {
    @Override
    public String run(World world) throws FsException {
      return hasXattrs(world, path)
          ? Outcomes.content(world.fs().getXattr(path, name))
          : "not done";
    }
  }

  record RemoveXattr(VfsPath path, String name) implements Step {
    @Override
    public String run(World world) throws FsException {
      if (!hasXattrs(world, path)) {
        return "not done";
      }
      world.fs().removeXattr(path, name);
      return "removed";
    }
  }

  record ListXattrs(VfsPath path) implements Step {
    @Override
    public String run(World world) throws FsException {
      return hasXattrs(world, path) ? names(world, path) : "not done";
    }
  }

  /** The attributes in the user name space, in order. */
  static String names(World world, VfsPath path) throws FsException {
    TreeSet<String> names = new TreeSet<>(world.fs().listXattrs(path));
    names.removeIf(name -> !name.startsWith("user."));
    return names.toString();
  }
}
