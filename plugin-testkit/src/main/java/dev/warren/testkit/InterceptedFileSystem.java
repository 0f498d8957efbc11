package dev.warren.testkit;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Caller;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FileSystemStats;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A file system that passes every call, also those of what it opens and of its views, through an
 * {@link Interceptor}.
 */
public class InterceptedFileSystem extends ForwardingFileSystem {
  private final Interceptor interceptor;
  private final boolean mayWait;
  private final AtomicLong handles;
  private final @Nullable FileSystem nonBlocking;

  /** Passes the calls of this file system through an interceptor; closing closes it. */
  public InterceptedFileSystem(FileSystem delegate, Interceptor interceptor) {
    this(delegate, interceptor, true, new AtomicLong());
  }

  private InterceptedFileSystem(
      FileSystem delegate, Interceptor interceptor, boolean mayWait, AtomicLong handles) {
    super(delegate);
    this.interceptor = interceptor;
    this.mayWait = mayWait;
    this.handles = handles;
    FileSystem view = mayWait ? delegate.nonBlocking() : null;
    nonBlocking =
        view == null ? null : new InterceptedFileSystem(view, interceptor, false, handles);
  }

  private Call call(Operation operation, VfsPath path, @Nullable VfsPath target) {
    return new Call(operation, path, target, 0, mayWait);
  }

  private void run(Operation operation, VfsPath path, @Nullable VfsPath target, FsCall body)
      throws FsException {
    interceptor.<@Nullable Void>around(
        call(operation, path, target),
        () -> {
          body.run();
          return null;
        });
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    OpenFile file =
        interceptor.around(
            call(Operation.OPEN, path, null), () -> delegate().open(path, options, permissions));
    return new InterceptedOpenFile(file, interceptor, path, handles.incrementAndGet());
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    OpenDirectory directory =
        interceptor.around(
            call(Operation.OPEN_DIRECTORY, path, null), () -> delegate().openDirectory(path));
    return new InterceptedOpenDirectory(directory, interceptor, path, handles.incrementAndGet());
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    return interceptor.around(call(Operation.STAT, path, null), () -> delegate().stat(path));
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    run(Operation.MKDIR, path, null, () -> delegate().mkdir(path, permissions));
  }

  @Override
  public void unlink(VfsPath path) throws FsException {
    run(Operation.UNLINK, path, null, () -> delegate().unlink(path));
  }

  @Override
  public void rmdir(VfsPath path) throws FsException {
    run(Operation.RMDIR, path, null, () -> delegate().rmdir(path));
  }

  @Override
  public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    run(Operation.RENAME, from, to, () -> delegate().rename(from, to, replace));
  }

  @Override
  public void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
    run(Operation.SET_ATTRIBUTES, path, null, () -> delegate().setAttributes(path, changes));
  }

  @Override
  public String readlink(VfsPath path) throws FsException {
    return interceptor.around(
        call(Operation.READLINK, path, null), () -> delegate().readlink(path));
  }

  @Override
  public void symlink(String target, VfsPath link) throws FsException {
    run(Operation.SYMLINK, link, null, () -> delegate().symlink(target, link));
  }

  @Override
  public void link(VfsPath existing, VfsPath link) throws FsException {
    run(Operation.LINK, existing, link, () -> delegate().link(existing, link));
  }

  @Override
  public void mknod(VfsPath path, int mode, int deviceMajor, int deviceMinor) throws FsException {
    run(Operation.MKNOD, path, null, () -> delegate().mknod(path, mode, deviceMajor, deviceMinor));
  }

  @Override
  public FileSystemStats statfs(VfsPath path) throws FsException {
    return interceptor.around(call(Operation.STATFS, path, null), () -> delegate().statfs(path));
  }

  @Override
  public List<String> listXattrs(VfsPath path) throws FsException {
    return interceptor.around(
        call(Operation.LIST_XATTRS, path, null), () -> delegate().listXattrs(path));
  }

  @Override
  public byte[] getXattr(VfsPath path, String name) throws FsException {
    return interceptor.around(
        call(Operation.GET_XATTR, path, null), () -> delegate().getXattr(path, name));
  }

  @Override
  public void setXattr(VfsPath path, String name, byte[] value, XattrMode mode) throws FsException {
    run(Operation.SET_XATTR, path, null, () -> delegate().setXattr(path, name, value, mode));
  }

  @Override
  public void removeXattr(VfsPath path, String name) throws FsException {
    run(Operation.REMOVE_XATTR, path, null, () -> delegate().removeXattr(path, name));
  }

  @Override
  public FileSystem as(Caller caller) {
    FileSystem view = delegate().as(caller);
    return view.equals(delegate())
        ? this
        : new InterceptedFileSystem(view, interceptor, mayWait, handles);
  }

  @Override
  public @Nullable FileSystem nonBlocking() {
    return mayWait ? nonBlocking : this;
  }

  @Override
  public void close() throws FsException {
    run(Operation.CLOSE, VfsPath.ROOT, null, () -> delegate().close());
  }
}
