package dev.warren.testkit.model;

import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.testkit.TestFiles;

/** Steps that change or look up names. */
final class NameSteps {
  /** Which of two invalid paths decides the error is not specified. */
  private static final String NEITHER = "not done: neither path can be found";

  private NameSteps() {}

  record MakeDirectory(VfsPath path, int permissions) implements Step {
    @Override
    public String run(World world) throws FsException {
      world.fs().mkdir(path, permissions);
      return "made";
    }
  }

  record RemoveDirectory(VfsPath path) implements Step {
    @Override
    public String run(World world) throws FsException {
      world.fs().rmdir(path);
      return "removed";
    }
  }

  record Unlink(VfsPath path) implements Step {
    @Override
    public String run(World world) throws FsException {
      world.fs().unlink(path);
      return "removed";
    }
  }

  record Rename(VfsPath from, VfsPath to, boolean replace) implements Step {
    @Override
    public String run(World world) throws FsException {
      if (world.type(from) == null && world.lacksParent(to)) {
        return NEITHER;
      }
      world.fs().rename(from, to, replace);
      return "renamed";
    }
  }

  record Link(VfsPath existing, VfsPath link) implements Step {
    @Override
    public String run(World world) throws FsException {
      if (world.type(existing) == null && world.lacksParent(link)) {
        return NEITHER;
      }
      world.fs().link(existing, link);
      return "linked";
    }
  }

  record SymbolicLink(String target, VfsPath link) implements Step {
    @Override
    public String run(World world) throws FsException {
      world.fs().symlink(target, link);
      return "linked";
    }
  }

  record ReadLink(VfsPath path) implements Step {
    @Override
    public String run(World world) throws FsException {
      return world.fs().readlink(path);
    }
  }

  record MakeFifo(VfsPath path, int permissions) implements Step {
    @Override
    public String run(World world) throws FsException {
      world.fs().mknod(path, FileType.FIFO.modeBits() | permissions, 0, 0);
      return "made";
    }
  }

  record Stat(VfsPath path) implements Step {
    @Override
    public String run(World world) throws FsException {
      return Outcomes.attributes(world, world.fs().stat(path));
    }
  }

  /** Writes a whole file, as a program does that saves a document. */
  record Save(VfsPath path, int size) implements Step {
    @Override
    public String run(World world) throws FsException {
      TestFiles.write(world.fs(), path, FileSteps.pattern(size, size));
      return "saved";
    }

    @Override
    public String failure(FsException e) {
      return FileSteps.openFailure(e);
    }
  }

  record StatFileSystem(VfsPath path) implements Step {
    @Override
    public String run(World world) throws FsException {
      return "names of " + world.fs().statfs(path).maxNameLength();
    }
  }
}
