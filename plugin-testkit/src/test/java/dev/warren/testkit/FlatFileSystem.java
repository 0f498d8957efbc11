package dev.warren.testkit;

import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One directory whose files are one buffer each: the least that the wrappers need. Non-blocking.
 */
final class FlatFileSystem implements FileSystem {
  private static final int CAPACITY = 1024;

  private final Map<VfsPath, ByteBuffer> files = new ConcurrentHashMap<>();
  private boolean closed;

  boolean isClosed() {
    return closed;
  }

  private ByteBuffer find(VfsPath path) throws FsException {
    ByteBuffer content = files.get(path);
    if (content == null) {
      throw new FsException(Errno.ENOENT, path);
    }
    return content;
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    return path.isRoot()
        ? FileAttributes.builder(FileType.DIRECTORY).build()
        : FileAttributes.builder(FileType.REGULAR).size(find(path).position()).build();
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    if (options.create()) {
      files.putIfAbsent(path, ByteBuffer.allocate(CAPACITY));
    }
    ByteBuffer content = find(path);
    if (options.truncate()) {
      content.clear();
    }
    return new File(content);
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) {
    return new Directory(new ArrayList<>(files.keySet()));
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    throw new FsException(Errno.EPERM, path);
  }

  @Override
  public void unlink(VfsPath path) throws FsException {
    find(path);
    files.remove(path);
  }

  @Override
  public void rmdir(VfsPath path) throws FsException {
    throw new FsException(Errno.EPERM, path);
  }

  @Override
  public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    files.put(to, find(from));
    files.remove(from);
  }

  @Override
  public FileSystem nonBlocking() {
    return this;
  }

  @Override
  public void close() {
    closed = true;
  }

  private static final class File implements OpenFile {
    private final ByteBuffer content;
    private boolean closed;

    File(ByteBuffer content) {
      this.content = content;
    }

    private void checkOpen() throws FsException {
      if (closed) {
        throw new FsException(Errno.EBADF);
      }
    }

    @Override
    public synchronized int read(ByteBuffer target, long offset) throws FsException {
      checkOpen();
      int count = Math.clamp(content.position() - offset, 0, target.remaining());
      target.put(content.duplicate().flip().slice((int) offset, count));
      return count;
    }

    @Override
    public synchronized int write(ByteBuffer source, long offset) throws FsException {
      checkOpen();
      int count = source.remaining();
      content.position((int) offset).put(source);
      return count;
    }

    @Override
    public FileAttributes stat() throws FsException {
      checkOpen();
      return FileAttributes.builder(FileType.REGULAR).size(content.position()).build();
    }

    @Override
    public OpenFile nonBlocking() {
      return this;
    }

    @Override
    public synchronized void close() {
      closed = true;
    }
  }

  private static final class Directory implements OpenDirectory {
    private final List<VfsPath> paths;

    Directory(List<VfsPath> paths) {
      this.paths = paths;
    }

    @Override
    public void read(long cookie, boolean attributes, Visitor visitor) {
      for (int i = (int) cookie; i < paths.size(); i++) {
        String name = paths.get(i).name();
        if (!visitor.visit(new DirectoryEntry(name, FileType.REGULAR, 0, i + 1L, null))) {
          return;
        }
      }
    }

    @Override
    public FileAttributes stat() {
      return FileAttributes.builder(FileType.DIRECTORY).build();
    }

    @Override
    public void close() {}
  }
}
