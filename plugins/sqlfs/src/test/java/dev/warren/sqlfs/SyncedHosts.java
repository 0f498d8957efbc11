package dev.warren.sqlfs;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingOpenFile;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.Operation;
import dev.warren.api.UniformFileSystem;
import dev.warren.api.VfsPath;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends each call to the next host in turn, as if all hosts were one: each write is synced, so that
 * the next host has to show it. Because all data is synced, it survives an abort.
 */
final class SyncedHosts extends UniformFileSystem {
  private final List<FileSystem> hosts;
  private int calls;

  SyncedHosts(List<FileSystem> hosts) {
    this.hosts = hosts;
  }

  private FileSystem next() {
    return hosts.get(calls++ % hosts.size());
  }

  @Override
  protected <T extends @Nullable Object> T call(
      Operation operation, VfsPath path, Request<T> request) throws FsException {
    return request.on(next(), path);
  }

  @Override
  protected void move(Operation operation, VfsPath from, VfsPath to, Move move) throws FsException {
    move.on(next(), from, to);
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    OpenFile file = next().open(path, options, permissions);
    if (options.create() || options.truncate()) {
      file.sync(false);
    }
    return new Synced(file);
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    return next().openDirectory(path);
  }

  @Override
  public void close() throws FsException {
    for (FileSystem host : hosts) {
      host.close();
    }
  }

  private static final class Synced extends ForwardingOpenFile {
    private final OpenFile file;

    Synced(OpenFile file) {
      super(file);
      this.file = file;
    }

    @Override
    protected OpenFile behind(ForwardingOpenFile target) {
      return target instanceof Synced other ? other.file : super.behind(target);
    }

    @Override
    public int write(ByteBuffer source, long offset) throws FsException {
      int count = file.write(source, offset);
      file.sync(false);
      return count;
    }

    @Override
    public void setAttributes(AttributeChanges changes) throws FsException {
      file.setAttributes(changes);
      file.sync(false);
    }

    @Override
    public void truncate(long size) throws FsException {
      setAttributes(AttributeChanges.NONE.withSize(size));
    }

    @Override
    public long copyTo(long offset, long count, OpenFile target, long targetOffset)
        throws FsException {
      long copied = super.copyTo(offset, count, target, targetOffset);
      target.sync(false);
      return copied;
    }

    @Override
    public void abort(FsException cause) {
      try {
        file.sync(false);
      } catch (FsException e) {
        if (e.errno() != Errno.EBADF) {
          throw new AssertionError(e);
        }
      }
      file.abort(cause);
    }

    @Override
    public @Nullable OpenFile nonBlocking() {
      return null;
    }
  }
}
