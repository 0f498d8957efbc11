package dev.warren.api;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A file system whose waiting operations are {@link BlockingCalls}. What can be done at once is
 * done on the thread that asks: a hand-over costs more than a look into the kernel's caches.
 */
final class HandedOverFileSystem implements FileSystem {
  private final FileSystem target;
  private final @Nullable FileSystem quick;
  private final BlockingCalls calls;
  private final @Nullable FileSystem view;

  /** Wraps a file system, unless nothing in it ever waits. */
  @SuppressWarnings("ReferenceEquality") // whether it is the same view, not an equal one
  static FileSystem of(FileSystem target, BlockingCalls calls) {
    return target.nonBlocking() == target ? target : new HandedOverFileSystem(target, calls);
  }

  private HandedOverFileSystem(FileSystem target, BlockingCalls calls) {
    this.target = target;
    this.quick = target.nonBlocking();
    this.calls = calls;
    this.view = quick == null ? null : new QuickView(quick);
  }

  /** An operation on the file system or on its view. */
  @FunctionalInterface
  private interface Operation<T extends @Nullable Object> {
    T on(FileSystem fileSystem) throws FsException;
  }

  /** An operation without a result. */
  @FunctionalInterface
  private interface Change {
    void on(FileSystem fileSystem) throws FsException;
  }

  private <T extends @Nullable Object> T ask(String name, VfsPath path, Operation<T> operation)
      throws FsException {
    return ask(name, path, operation, _ -> {});
  }

  private <T extends @Nullable Object> T ask(
      String name, VfsPath path, Operation<T> operation, Consumer<T> discard) throws FsException {
    if (quick != null) {
      try {
        return operation.on(quick);
      } catch (WouldBlockException _) {
        return handOver(name, path, operation, discard);
      }
    }
    return handOver(name, path, operation, discard);
  }

  private <T extends @Nullable Object> T handOver(
      String name, VfsPath path, Operation<T> operation, Consumer<T> discard) throws FsException {
    return calls.call(
        name,
        path,
        new BlockingCalls.Call<T>() {
          @Override
          public T make(BlockingCalls.Requester requester) throws FsException {
            return operation.on(target);
          }

          @Override
          public void discard(T result) {
            discard.accept(result);
          }
        });
  }

  private void change(String name, VfsPath path, Change change) throws FsException {
    this.<@Nullable Void>ask(
        name,
        path,
        fileSystem -> {
          change.on(fileSystem);
          return null;
        });
  }

  /** What the requester of an open is told that has left; nobody hears it. */
  static FsException left() {
    return new FsException(Errno.EINTR, "nobody waits for it any more");
  }

  private OpenFile handedOver(OpenFile file, VfsPath path) {
    return new HandedOverFile(file, path, calls);
  }

  private OpenDirectory handedOver(OpenDirectory directory, VfsPath path) {
    return HandedOverDirectory.of(directory, path, calls);
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    return ask("stat", path, fs -> fs.stat(path));
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    OpenFile file =
        ask(
            "open",
            path,
            fs -> fs.open(path, options, permissions),
            opened -> opened.abort(left()));
    return handedOver(file, path);
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    OpenDirectory directory =
        ask("opendir", path, fs -> fs.openDirectory(path), OpenDirectory::close);
    return handedOver(directory, path);
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    change("mkdir", path, fs -> fs.mkdir(path, permissions));
  }

  @Override
  public void unlink(VfsPath path) throws FsException {
    change("unlink", path, fs -> fs.unlink(path));
  }

  @Override
  public void rmdir(VfsPath path) throws FsException {
    change("rmdir", path, fs -> fs.rmdir(path));
  }

  @Override
  public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    change("rename", from, fs -> fs.rename(from, to, replace));
  }

  @Override
  public void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
    change("setattr", path, fs -> fs.setAttributes(path, changes));
  }

  @Override
  public String readlink(VfsPath path) throws FsException {
    return ask("readlink", path, fs -> fs.readlink(path));
  }

  @Override
  public void symlink(String text, VfsPath link) throws FsException {
    change("symlink", link, fs -> fs.symlink(text, link));
  }

  @Override
  public void link(VfsPath existing, VfsPath link) throws FsException {
    change("link", existing, fs -> fs.link(existing, link));
  }

  @Override
  public void mknod(VfsPath path, int mode, int deviceMajor, int deviceMinor) throws FsException {
    change("mknod", path, fs -> fs.mknod(path, mode, deviceMajor, deviceMinor));
  }

  @Override
  public FileSystemStats statfs(VfsPath path) throws FsException {
    return ask("statfs", path, fs -> fs.statfs(path));
  }

  @Override
  public List<String> listXattrs(VfsPath path) throws FsException {
    return ask("listxattr", path, fs -> fs.listXattrs(path));
  }

  @Override
  public byte[] getXattr(VfsPath path, String name) throws FsException {
    return ask("getxattr", path, fs -> fs.getXattr(path, name));
  }

  @Override
  public void setXattr(VfsPath path, String name, byte[] value, XattrMode mode) throws FsException {
    byte[] copy = value.clone(); // the requester may leave, and use its own again
    change("setxattr", path, fs -> fs.setXattr(path, name, copy, mode));
  }

  @Override
  public void removeXattr(VfsPath path, String name) throws FsException {
    change("removexattr", path, fs -> fs.removeXattr(path, name));
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // whether it is the same view, not an equal one
  public FileSystem as(Caller caller) {
    FileSystem other = target.as(caller);
    return other == target ? this : of(other, calls);
  }

  @Override
  public @Nullable FileSystem nonBlocking() {
    return view;
  }

  @Override
  public boolean losesContent() {
    return target.losesContent();
  }

  /** On a platform thread at once, also where all threads of the mount hang. */
  @Override
  public void close() throws FsException {
    if (Thread.currentThread().isVirtual()) {
      calls.run("close", VfsPath.ROOT, target::close);
    } else {
      target.close();
    }
  }

  /** The view that never waits; what it opens may. */
  private final class QuickView implements FileSystem {
    private final FileSystem quick;

    QuickView(FileSystem quick) {
      this.quick = quick;
    }

    @Override
    public FileAttributes stat(VfsPath path) throws FsException {
      return quick.stat(path);
    }

    @Override
    public void stat(VfsPath path, AttributesBuffer into) throws FsException {
      quick.stat(path, into);
    }

    @Override
    public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
      return handedOver(quick.open(path, options, permissions), path);
    }

    @Override
    public OpenDirectory openDirectory(VfsPath path) throws FsException {
      return handedOver(quick.openDirectory(path), path);
    }

    @Override
    public void mkdir(VfsPath path, int permissions) throws FsException {
      quick.mkdir(path, permissions);
    }

    @Override
    public void unlink(VfsPath path) throws FsException {
      quick.unlink(path);
    }

    @Override
    public void rmdir(VfsPath path) throws FsException {
      quick.rmdir(path);
    }

    @Override
    public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
      quick.rename(from, to, replace);
    }

    @Override
    public void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
      quick.setAttributes(path, changes);
    }

    @Override
    public String readlink(VfsPath path) throws FsException {
      return quick.readlink(path);
    }

    @Override
    public void symlink(String text, VfsPath link) throws FsException {
      quick.symlink(text, link);
    }

    @Override
    public void link(VfsPath existing, VfsPath link) throws FsException {
      quick.link(existing, link);
    }

    @Override
    public void mknod(VfsPath path, int mode, int deviceMajor, int deviceMinor) throws FsException {
      quick.mknod(path, mode, deviceMajor, deviceMinor);
    }

    @Override
    public FileSystemStats statfs(VfsPath path) throws FsException {
      return quick.statfs(path);
    }

    @Override
    public List<String> listXattrs(VfsPath path) throws FsException {
      return quick.listXattrs(path);
    }

    @Override
    public byte[] getXattr(VfsPath path, String name) throws FsException {
      return quick.getXattr(path, name);
    }

    @Override
    public void setXattr(VfsPath path, String name, byte[] value, XattrMode mode)
        throws FsException {
      quick.setXattr(path, name, value, mode);
    }

    @Override
    public void removeXattr(VfsPath path, String name) throws FsException {
      quick.removeXattr(path, name);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // whether it is the same view, not an equal one
    public FileSystem as(Caller caller) {
      FileSystem other = quick.as(caller);
      return other == quick ? this : new QuickView(other);
    }

    @Override
    public FileSystem nonBlocking() {
      return this;
    }

    @Override
    public void close() throws FsException {
      HandedOverFileSystem.this.close();
    }
  }
}
