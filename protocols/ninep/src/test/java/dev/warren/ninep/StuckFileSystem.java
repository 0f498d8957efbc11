package dev.warren.ninep;

import dev.warren.api.Cancellation;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.ForwardingFileSystem;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;

/** One file, "never", whose reads end with their cancellation or the file's end, never before. */
final class StuckFileSystem extends ForwardingFileSystem {
  private static final OpenOptions CREATE = OpenOptions.WRITE.withCreate();

  StuckFileSystem() throws FsException {
    super(new MemoryFileSystem());
    super.open(VfsPath.parse("/never"), CREATE, 0644).close();
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    return new StuckFile(super.open(path, options, permissions));
  }

  private record StuckFile(OpenFile file, CountDownLatch end) implements OpenFile {
    StuckFile(OpenFile file) {
      this(file, new CountDownLatch(1));
    }

    @Override
    public int read(ByteBuffer target, long offset) throws FsException {
      Cancellation cancellation = Cancellation.current();
      try (Cancellation.Registration _ = cancellation.onCancel(end::countDown)) {
        end.await();
        throw new FsException(cancellation.isCancelled() ? Errno.EINTR : Errno.EBADF);
      } catch (InterruptedException e) {
        throw new FsException(Errno.EINTR, "interrupted", e);
      }
    }

    @Override
    public int write(ByteBuffer source, long offset) throws FsException {
      return file.write(source, offset);
    }

    @Override
    public FileAttributes stat() throws FsException {
      return file.stat().toBuilder().version(0).build();
    }

    @Override
    public void close() throws FsException {
      end.countDown();
      file.close();
    }
  }
}
