package dev.warren.namespace;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.ForwardingOpenDirectory;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import dev.warren.namespace.metrics.Meter;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** An open directory of a mount; see {@link MountedFile}. */
final class MountedDirectory extends ForwardingOpenDirectory {
  private final Mount mount;
  private final Use use;
  private final Meter meter;
  private final VfsPath path;

  private static final class Use implements Mount.Handle {
    private final Mount mount;
    private final OpenDirectory directory;
    private final AtomicBoolean closed = new AtomicBoolean();

    Use(Mount mount, OpenDirectory directory) {
      this.mount = mount;
      this.directory = directory;
    }

    void close() {
      if (closed.compareAndSet(false, true)) {
        mount.closed(this);
        try {
          directory.close();
        } catch (Throwable t) {
          mount.failures().report(mount.failure(t));
        }
      }
    }

    @Override
    public void unmounted(FsException cause) {
      close();
    }
  }

  /**
   * Wraps a directory that a plugin opened, within the request that opened it.
   *
   * @param path the path relative to the mount
   * @throws FsException EIO if it has been unmounted meanwhile; the directory is closed
   */
  static MountedDirectory open(Mount mount, OpenDirectory directory, Meter meter, VfsPath path)
      throws FsException {
    Use use = new Use(mount, directory);
    mount.opened(use);
    return new MountedDirectory(mount, use, directory, meter, path);
  }

  private MountedDirectory(
      Mount mount, Use use, OpenDirectory directory, Meter meter, VfsPath path) {
    super(directory);
    this.mount = mount;
    this.use = use;
    this.meter = meter;
    this.path = path;
  }

  @Override
  protected ForwardingOpenDirectory over(OpenDirectory view) {
    return new MountedDirectory(mount, use, view, meter.forNonBlocking(), path);
  }

  @Override
  protected <R extends @Nullable Object> R call(
      Operation operation, Request<OpenDirectory, R> request) throws FsException {
    if (!mount.counter().enter()) {
      throw use.closed.get() && !mount.counter().isShut()
          ? new FsException(Errno.EBADF)
          : mount.gone();
    }
    long start = meter.start();
    try {
      R result = request.on(delegate());
      meter.done(operation, start, path);
      return result;
    } catch (Throwable t) {
      meter.failed(operation, start, path, t);
      throw mount.failure(t);
    } finally {
      mount.leave();
    }
  }

  @Override
  public void read(long cookie, boolean attributes, Visitor visitor) throws FsException {
    super.read(cookie, attributes, entry -> visitor.visit(visible(entry)));
  }

  @Override
  public void readNames(long cookie, BytesVisitor visitor) throws FsException {
    this.<@Nullable Void>call(
        Operation.READDIR,
        directory -> {
          directory.readNames(
              cookie,
              (buffer, start, length, type, fileId, next) ->
                  visitor.visit(buffer, start, length, type, mount.visible(fileId), next));
          return null;
        });
  }

  private DirectoryEntry visible(DirectoryEntry entry) {
    FileAttributes attributes = entry.attributes();
    return new DirectoryEntry(
        entry.name(),
        entry.type(),
        mount.visible(entry.fileId()),
        entry.cookie(),
        attributes == null ? null : mount.visible(attributes));
  }

  @Override
  public FileAttributes stat() throws FsException {
    return mount.visible(super.stat());
  }

  @Override
  public void stat(AttributesBuffer into) throws FsException {
    this.<@Nullable Void>call(
        Operation.FSTAT,
        directory -> {
          directory.stat(into);
          return null;
        });
    mount.makeVisible(into);
  }

  @Override
  public void close() {
    boolean entered = mount.counter().enterToClose();
    try {
      if (entered) {
        use.close();
      }
    } finally {
      if (entered) {
        mount.leave();
      }
    }
  }
}
