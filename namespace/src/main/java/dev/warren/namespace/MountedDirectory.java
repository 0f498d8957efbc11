package dev.warren.namespace;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** An open directory of a mount, as {@link MountedFile} is an open file. */
final class MountedDirectory implements OpenDirectory {
  private final Mount mount;
  private final Use use;
  private final OpenDirectory directory;
  private final @Nullable MountedDirectory nonBlocking;

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
   * Wraps what a plugin opened, within the request that opened it.
   *
   * @throws FsException EIO if the mount has gone meanwhile; the directory is closed
   */
  static MountedDirectory open(Mount mount, OpenDirectory directory) throws FsException {
    Use use = new Use(mount, directory);
    mount.opened(use);
    OpenDirectory quick = directory.nonBlocking();
    return new MountedDirectory(
        mount, use, directory, quick == null ? null : new MountedDirectory(mount, use, quick));
  }

  private MountedDirectory(
      Mount mount, Use use, OpenDirectory directory, @Nullable MountedDirectory nonBlocking) {
    this.mount = mount;
    this.use = use;
    this.directory = directory;
    this.nonBlocking = nonBlocking;
  }

  private MountedDirectory(Mount mount, Use use, OpenDirectory nonBlockingDirectory) {
    this.mount = mount;
    this.use = use;
    this.directory = nonBlockingDirectory;
    this.nonBlocking = this;
  }

  private void enter() throws FsException {
    if (!mount.gate().enter()) {
      throw use.closed.get() && !mount.gate().isShut()
          ? new FsException(Errno.EBADF)
          : mount.gone();
    }
  }

  @Override
  public void read(long cookie, boolean attributes, Visitor visitor) throws FsException {
    enter();
    try {
      directory.read(cookie, attributes, entry -> visitor.visit(visible(entry)));
    } catch (Throwable t) {
      throw mount.failure(t);
    } finally {
      mount.leave();
    }
  }

  @Override
  public void readNames(long cookie, BytesVisitor visitor) throws FsException {
    enter();
    try {
      directory.readNames(
          cookie,
          (buffer, start, length, type, fileId, next) ->
              visitor.visit(buffer, start, length, type, mount.visible(fileId), next));
    } catch (Throwable t) {
      throw mount.failure(t);
    } finally {
      mount.leave();
    }
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
    enter();
    try {
      return mount.visible(directory.stat());
    } catch (Throwable t) {
      throw mount.failure(t);
    } finally {
      mount.leave();
    }
  }

  @Override
  public void stat(AttributesBuffer into) throws FsException {
    enter();
    try {
      directory.stat(into);
      mount.makeVisible(into);
    } catch (Throwable t) {
      throw mount.failure(t);
    } finally {
      mount.leave();
    }
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    enter();
    try {
      directory.setAttributes(changes);
    } catch (Throwable t) {
      throw mount.failure(t);
    } finally {
      mount.leave();
    }
  }

  @Override
  public void sync() throws FsException {
    enter();
    try {
      directory.sync();
    } catch (Throwable t) {
      throw mount.failure(t);
    } finally {
      mount.leave();
    }
  }

  @Override
  public @Nullable MountedDirectory nonBlocking() {
    return nonBlocking;
  }

  @Override
  public void close() {
    boolean entered = mount.gate().enterToClose();
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
