package dev.warren.localfs.portable;

import dev.warren.api.AttributeChanges;
import dev.warren.api.DescriptorBudget.Lease;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An open regular file. Java provides attributes by name only, so the file follows renames in this
 * file system; a file that has lost its name has no attributes.
 */
final class PortableFile implements OpenFile {
  private record Place(VfsPath path, Path file) {}

  private final PortableFileSystem fs;
  private final HostAttributes attributes;
  private final Channels channels;
  private final Lease lease;
  private final OpenOptions options;
  private final long fileId;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile Place place;

  PortableFile(
      PortableFileSystem fs,
      HostAttributes attributes,
      Channels channels,
      Lease lease,
      OpenOptions options,
      VfsPath path,
      Path file,
      long fileId) {
    this.fs = fs;
    this.attributes = attributes;
    this.channels = channels;
    this.lease = lease;
    this.options = options;
    this.fileId = fileId;
    place = new Place(path, file);
  }

  /** The file, or a directory above it, has been renamed. */
  void renamed(VfsPath from, VfsPath to, Path target) {
    Place old = place;
    if (old.path.startsWith(from)) {
      Path file = target;
      for (String name : old.path.names().subList(from.depth(), old.path.depth())) {
        file = file.resolve(name);
      }
      place = new Place(old.path.rebase(from, to), file);
    }
  }

  @Override
  public int read(ByteBuffer target, long offset) throws FsException {
    FileChannel channel = usable(channels.reader());
    requireOffset(offset);
    int done = 0;
    try {
      while (target.hasRemaining()) {
        int n = channel.read(target, offset + done);
        if (n <= 0) {
          break;
        }
        done += n;
      }
      return done;
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public int write(ByteBuffer source, long offset) throws FsException {
    FileChannel channel = usable(channels.writer());
    int size = source.remaining();
    try {
      if (options.append()) {
        return channel.write(source);
      }
      requireOffset(offset);
      if (offset > Long.MAX_VALUE - size) {
        throw new FsException(Errno.EFBIG);
      }
      long at = offset;
      while (source.hasRemaining()) {
        at += channel.write(source, at);
      }
      return size;
    } catch (IOException e) {
      if (source.remaining() < size && !(e instanceof ClosedChannelException)) {
        return size - source.remaining();
      }
      throw failure(e);
    }
  }

  @Override
  public FileAttributes stat() throws FsException {
    requireOpen();
    return attributes(named());
  }

  private FileAttributes attributes(Path file) throws FsException {
    try {
      return attributes.read(file);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Returns the file by its name, if the name still refers to it. */
  private Path named() throws FsException {
    Path file = place.file;
    if (attributes(file).fileId() != fileId) {
      throw new FsException(Errno.ENOENT);
    }
    return file;
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    requireOpen();
    if (fs.isReadOnly()) {
      throw new FsException(Errno.EROFS);
    }
    if (changes.size() != null) {
      resize(changes.size());
    }
    AttributeChanges others =
        new AttributeChanges(
            changes.permissions(),
            changes.uid(),
            changes.gid(),
            null,
            changes.accessTime(),
            changes.modifyTime());
    if (!others.isEmpty()) {
      try {
        attributes.change(named(), others);
      } catch (IOException | UnsupportedOperationException e) {
        throw failure(e);
      }
    }
  }

  private void resize(long size) throws FsException {
    FileChannel writer = channels.writer();
    if (size < 0 || writer == null) {
      throw new FsException(Errno.EINVAL);
    }
    try {
      long old = writer.size();
      if (size < old || options.append()) {
        writer.truncate(size);
      }
      if (size > old) {
        grow(writer, size);
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private void grow(FileChannel writer, long size) throws IOException {
    if (options.append()) {
      // An appending channel writes to the end of the file, so the hole is made with a channel that
      // does not append.
      try (FileChannel other =
          FileChannel.open(named(), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
        other.write(ByteBuffer.allocate(1), size - 1);
      }
    } else {
      writer.write(ByteBuffer.allocate(1), size - 1);
    }
  }

  @Override
  public void sync(boolean dataOnly) throws FsException {
    requireOpen();
    try {
      FileChannel channel = channels.writer() != null ? channels.writer() : channels.reader();
      if (channel != null) {
        channel.force(!dataOnly);
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public void close() throws FsException {
    if (closed.compareAndSet(false, true)) {
      fs.forget(this);
      lease.giveBack();
      try {
        channels.close();
      } catch (IOException e) {
        throw failure(e);
      }
    }
  }

  private FileChannel usable(@Nullable FileChannel channel) throws FsException {
    requireOpen();
    if (channel == null) {
      throw new FsException(Errno.EBADF);
    }
    return channel;
  }

  private void requireOpen() throws FsException {
    if (closed.get()) {
      throw new FsException(Errno.EBADF);
    }
  }

  private static void requireOffset(long offset) throws FsException {
    if (offset < 0) {
      throw new FsException(Errno.EINVAL);
    }
  }

  private FsException failure(Exception e) {
    return e instanceof ClosedChannelException
        ? new FsException(Errno.EBADF)
        : Tree.failure(e, place.path);
  }
}
