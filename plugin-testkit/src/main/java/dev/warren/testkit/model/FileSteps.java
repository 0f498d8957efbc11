package dev.warren.testkit.model;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.testkit.TestFiles;
import java.nio.ByteBuffer;
import java.util.Random;

/** Steps on open files. */
final class FileSteps {
  private FileSteps() {}

  /** Returns bytes that depend only on the arguments. */
  static byte[] pattern(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** Opening a device, FIFO or socket is ENXIO or EACCES. */
  static String openFailure(FsException e) {
    return e.errno() == Errno.ENXIO || e.errno() == Errno.EACCES
        ? "ENXIO or EACCES"
        : Outcomes.errno(e);
  }

  record Open(int slot, VfsPath path, OpenOptions options, int permissions) implements Step {
    @Override
    public String run(World world) throws FsException {
      OpenFile file = world.fs().open(path, options, permissions);
      world.put(slot, new World.Handle(file, options));
      return "opened";
    }

    @Override
    public String failure(FsException e) {
      return openFailure(e);
    }
  }

  record Close(int slot, boolean abort) implements Step {
    @Override
    public String run(World world) throws FsException {
      World.Handle handle = world.file(slot);
      if (abort) {
        handle.file().abort(new FsException(Errno.EIO, "aborted by a step"));
      }
      world.close(slot);
      return "closed";
    }
  }

  record Write(int slot, long offset, int size, boolean direct) implements Step {
    @Override
    public String run(World world) throws FsException {
      byte[] content = pattern(size, offset ^ size);
      ByteBuffer source =
          direct ? ByteBuffer.allocateDirect(size).put(content).flip() : ByteBuffer.wrap(content);
      int written = world.file(slot).file().write(source, offset);
      return written + " written, " + source.remaining() + " left";
    }
  }

  record Read(int slot, long offset, int size, boolean direct) implements Step {
    @Override
    public String run(World world) throws FsException {
      ByteBuffer target = direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
      int count = world.file(slot).file().read(target, offset);
      byte[] content = new byte[target.position()];
      target.flip().get(content);
      return count + ": " + Outcomes.content(content);
    }
  }

  record Truncate(int slot, long size) implements Step {
    @Override
    public String run(World world) throws FsException {
      world.file(slot).file().truncate(size);
      return "truncated";
    }
  }

  record StatOpen(int slot) implements Step {
    @Override
    public String run(World world) throws FsException {
      return Outcomes.attributes(world, world.file(slot).file().stat());
    }
  }

  record Sync(int slot, boolean dataOnly) implements Step {
    @Override
    public String run(World world) throws FsException {
      world.file(slot).file().sync(dataOnly);
      return "synced";
    }
  }

  record Copy(int source, long offset, long count, int target, long targetOffset) implements Step {
    @Override
    public String run(World world) throws FsException {
      World.Handle to = world.file(target);
      World.Handle from = world.file(source);
      if (to.options().append() || !to.options().write() || !from.options().read()) {
        // copy_file_range(2) refuses these even where read and write would succeed
        return "not done";
      }
      return from.file().copyTo(offset, count, to.file(), targetOffset) + " copied";
    }
  }

  /** Returns the complete content that a handle sees, if it may read and the file is not huge. */
  static String whole(World world, int slot) throws FsException {
    World.Handle handle = world.file(slot);
    return handle.options().read() && handle.file().stat().size() <= Snapshot.LARGE
        ? Outcomes.content(TestFiles.read(handle.file()))
        : "not read";
  }
}
