package dev.warren.namespace.metrics;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
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
import org.jspecify.annotations.Nullable;

/** A view of a file system whose operations are counted. */
final class MeteredFileSystem extends Metered<FileSystem> implements FileSystem {
  private final @Nullable MeteredFileSystem nonBlocking;

  @SuppressWarnings("ReferenceEquality") // whether it is the same view, not an equal one
  MeteredFileSystem(FileSystem target, Meter meter) {
    FileSystem quick = target.nonBlocking();
    boolean neverWaits = quick == target;
    super(target, neverWaits ? meter.forQuick() : meter);
    nonBlocking =
        neverWaits
            ? this
            : quick == null ? null : new MeteredFileSystem(quick, meter.forQuick(), true);
  }

  private MeteredFileSystem(FileSystem quick, Meter meter, boolean neverWaits) {
    super(quick, meter);
    nonBlocking = neverWaits ? this : null;
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    return ask(Operation.STAT, path, () -> target.stat(path));
  }

  @Override
  public void stat(VfsPath path, AttributesBuffer into) throws FsException {
    count(
        Operation.STAT,
        path,
        (fileSystem, asked, buffer) -> {
          fileSystem.stat(asked, buffer);
          return buffer;
        },
        into);
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    OpenFile file = ask(Operation.OPEN, path, () -> target.open(path, options, permissions));
    return new MeteredFile(file, meter, path);
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    OpenDirectory directory = ask(Operation.OPENDIR, path, () -> target.openDirectory(path));
    return new MeteredDirectory(directory, meter, path);
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    command(Operation.MKDIR, path, () -> target.mkdir(path, permissions));
  }

  @Override
  public void unlink(VfsPath path) throws FsException {
    command(Operation.UNLINK, path, () -> target.unlink(path));
  }

  @Override
  public void rmdir(VfsPath path) throws FsException {
    command(Operation.RMDIR, path, () -> target.rmdir(path));
  }

  @Override
  public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    command(Operation.RENAME, from, () -> target.rename(from, to, replace));
  }

  @Override
  public void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
    command(Operation.SETATTR, path, () -> target.setAttributes(path, changes));
  }

  @Override
  public String readlink(VfsPath path) throws FsException {
    return ask(Operation.READLINK, path, () -> target.readlink(path));
  }

  @Override
  public void symlink(String content, VfsPath link) throws FsException {
    command(Operation.SYMLINK, link, () -> target.symlink(content, link));
  }

  @Override
  public void link(VfsPath existing, VfsPath link) throws FsException {
    command(Operation.LINK, existing, () -> target.link(existing, link));
  }

  @Override
  public void mknod(VfsPath path, int mode, int deviceMajor, int deviceMinor) throws FsException {
    command(Operation.MKNOD, path, () -> target.mknod(path, mode, deviceMajor, deviceMinor));
  }

  @Override
  public FileSystemStats statfs(VfsPath path) throws FsException {
    return ask(Operation.STATFS, path, () -> target.statfs(path));
  }

  @Override
  public List<String> listXattrs(VfsPath path) throws FsException {
    return ask(Operation.LISTXATTR, path, () -> target.listXattrs(path));
  }

  @Override
  public byte[] getXattr(VfsPath path, String name) throws FsException {
    return ask(Operation.GETXATTR, path, () -> target.getXattr(path, name));
  }

  @Override
  public void setXattr(VfsPath path, String name, byte[] value, XattrMode mode) throws FsException {
    command(Operation.SETXATTR, path, () -> target.setXattr(path, name, value, mode));
  }

  @Override
  public void removeXattr(VfsPath path, String name) throws FsException {
    command(Operation.REMOVEXATTR, path, () -> target.removeXattr(path, name));
  }

  @Override
  public FileSystem as(Caller caller) {
    return new MeteredFileSystem(target.as(caller), meter);
  }

  @Override
  public @Nullable FileSystem nonBlocking() {
    return nonBlocking;
  }

  @Override
  public void close() throws FsException {
    target.close();
  }
}
