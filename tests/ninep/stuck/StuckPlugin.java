package stuck;

import dev.warren.api.Cancellation;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.VfsPath;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigSpec;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;

/** One file, "never", whose reads return only when they are cancelled or the file is closed. */
public final class StuckPlugin implements Plugin {
  @Override
  public String name() {
    return "stuck";
  }

  @Override
  public ConfigSpec configSpec() {
    return ConfigSpec.of();
  }

  @Override
  public String readme() {
    return "For tests: a file whose reads never return.";
  }

  @Override
  public FileSystem open(PluginContext context, Config config) {
    return new Files();
  }

  private static final FileAttributes ROOT =
      FileAttributes.builder(FileType.DIRECTORY).permissions(0755).fileId(1).build();
  private static final FileAttributes NEVER =
      FileAttributes.builder(FileType.REGULAR).permissions(0444).fileId(2).build();

  private static final class Files implements FileSystem {
    @Override
    public FileAttributes stat(VfsPath path) throws FsException {
      return switch (path.toString()) {
        case "/" -> ROOT;
        case "/never" -> NEVER;
        default -> throw new FsException(Errno.ENOENT, path);
      };
    }

    @Override
    public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
      if (stat(path).isDirectory()) {
        throw new FsException(Errno.EISDIR, path);
      }
      return new Never();
    }

    @Override
    public OpenDirectory openDirectory(VfsPath path) throws FsException {
      if (!stat(path).isDirectory()) {
        throw new FsException(Errno.ENOTDIR, path);
      }
      return new Listing();
    }

    @Override
    public void mkdir(VfsPath path, int permissions) throws FsException {
      throw new FsException(Errno.EROFS, path);
    }

    @Override
    public void unlink(VfsPath path) throws FsException {
      throw new FsException(Errno.EROFS, path);
    }

    @Override
    public void rmdir(VfsPath path) throws FsException {
      throw new FsException(Errno.EROFS, path);
    }

    @Override
    public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
      throw new FsException(Errno.EROFS, from);
    }

    @Override
    public void close() {}
  }

  private static final class Listing implements OpenDirectory {
    @Override
    public void read(long cookie, boolean attributes, Visitor visitor) {
      if (cookie == 0) {
        visitor.visit(new DirectoryEntry("never", FileType.REGULAR, 2, 1, NEVER));
      }
    }

    @Override
    public FileAttributes stat() {
      return ROOT;
    }

    @Override
    public void close() {}
  }

  private static final class Never implements OpenFile {
    private final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public int read(ByteBuffer target, long offset) throws FsException {
      Cancellation cancellation = Cancellation.current();
      try (Cancellation.Registration registration = cancellation.onCancel(closed::countDown)) {
        closed.await();
      } catch (InterruptedException e) {
        throw new FsException(Errno.EINTR, "interrupted", e);
      }
      throw new FsException(cancellation.isCancelled() ? Errno.EINTR : Errno.EBADF);
    }

    @Override
    public int write(ByteBuffer source, long offset) throws FsException {
      throw new FsException(Errno.EBADF);
    }

    @Override
    public FileAttributes stat() {
      return NEVER;
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }
}
