package dev.warren.sftp;

import dev.warren.api.AttributeChanges;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FileSystemStats;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.TimeChange;
import dev.warren.api.VfsPath;
import dev.warren.sftp.wire.MessageType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.sftp.client.RawSftpClient;
import org.apache.sshd.sftp.client.SftpClient;

/**
 * A file system seen through SFTP. Version 3 follows links, which the contract does not, so each
 * path is checked first. That is not atomic, but good enough for comparing.
 */
final class RemoteFileSystem implements FileSystem {
  private static final int CHUNK = 255 * 1024;

  private final SftpClient client;
  private final Wire wire;

  RemoteFileSystem(SftpClient client) {
    this.client = client;
    this.wire = new Wire((RawSftpClient) client);
  }

  /**
   * Checks that no link is followed on the path, because for the contract links are not
   * directories.
   */
  private String name(VfsPath path) throws FsException {
    if (!path.isRoot()) {
      String parent = path.parentOrRoot().toString();
      Buffer reply = wire.ask(MessageType.REALPATH, b -> Wire.putText(b, parent));
      reply.getInt();
      if (!Wire.getText(reply).equals(parent)) {
        throw new FsException(Wire.visible(Errno.ELOOP), path);
      }
    }
    return path.toString();
  }

  /** Checks that the last name is not a link either. */
  private String noLink(VfsPath path) throws FsException {
    String name = name(path);
    try {
      if (stat(path).type() == FileType.SYMBOLIC_LINK) {
        throw new FsException(Wire.visible(Errno.ELOOP), path);
      }
    } catch (Wire.StatusException e) {
      return name; // the operation itself fails or creates it
    }
    return name;
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    return stat(name(path));
  }

  FileAttributes stat(String name) throws FsException {
    return Wire.getAttributes(wire.ask(MessageType.LSTAT, b -> Wire.putText(b, name)));
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    String name = options.create() && options.exclusive() ? name(path) : noLink(path);
    int flags =
        (options.read() ? 1 : 0)
            | (options.write() ? 2 : 0)
            | (options.append() ? 4 : 0)
            | (options.create() ? 8 : 0)
            | (options.truncate() ? 16 : 0)
            | (options.exclusive() ? 32 : 0);
    Buffer reply =
        wire.ask(
            MessageType.OPEN,
            b -> {
              Wire.putText(b, name);
              b.putInt(flags);
              Wire.putAttributes(b, AttributeChanges.NONE.withPermissions(permissions));
            });
    return new RemoteFile(reply.getBytes());
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    String name = noLink(path);
    Buffer reply = wire.ask(MessageType.OPENDIR, b -> Wire.putText(b, name));
    return new RemoteDirectory(path, reply.getBytes());
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    String name = name(path);
    wire.ask(
        MessageType.MKDIR,
        b -> {
          Wire.putText(b, name);
          Wire.putAttributes(b, AttributeChanges.NONE.withPermissions(permissions));
        });
  }

  @Override
  public void unlink(VfsPath path) throws FsException {
    String name = name(path);
    wire.ask(MessageType.REMOVE, b -> Wire.putText(b, name));
  }

  @Override
  public void rmdir(VfsPath path) throws FsException {
    String name = name(path);
    wire.ask(MessageType.RMDIR, b -> Wire.putText(b, name));
  }

  @Override
  public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    String source = name(from);
    String target = name(to);
    Wire.Fields fields =
        b -> {
          Wire.putText(b, source);
          Wire.putText(b, target);
        };
    if (replace) {
      wire.extended("posix-rename@openssh.com", fields);
    } else {
      wire.ask(MessageType.RENAME, fields);
    }
  }

  @Override
  public void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
    String name = name(path);
    AttributeChanges both = bothTimes(changes, stat(path));
    Wire.Fields fields =
        b -> {
          Wire.putText(b, name);
          Wire.putAttributes(b, both);
        };
    if (both.size() != null) {
      noLink(path);
      wire.ask(MessageType.SETSTAT, fields);
    } else {
      wire.extended("lsetstat@openssh.com", fields);
    }
  }

  /** Version 3 sets both times or none. */
  private static AttributeChanges bothTimes(AttributeChanges changes, FileAttributes now) {
    TimeChange access = changes.accessTime();
    TimeChange modify = changes.modifyTime();
    if (access == null && modify == null) {
      return changes;
    }
    return changes.withTimes(
        access == null ? TimeChange.to(now.accessTime()) : atOnce(access),
        modify == null ? TimeChange.to(now.modifyTime()) : atOnce(modify));
  }

  private static TimeChange atOnce(TimeChange change) {
    return change.now() ? TimeChange.to(Instant.now()) : change;
  }

  @Override
  public String readlink(VfsPath path) throws FsException {
    String name = name(path);
    Buffer reply = wire.ask(MessageType.READLINK, b -> Wire.putText(b, name));
    reply.getInt();
    return Wire.getText(reply);
  }

  @Override
  public void symlink(String target, VfsPath link) throws FsException {
    String name = name(link);
    wire.ask(
        MessageType.SYMLINK,
        b -> {
          Wire.putText(b, target);
          Wire.putText(b, name);
        });
  }

  @Override
  public void link(VfsPath existing, VfsPath link) throws FsException {
    String source = name(existing);
    String target = name(link);
    wire.extended(
        "hardlink@openssh.com",
        b -> {
          Wire.putText(b, source);
          Wire.putText(b, target);
        });
  }

  @Override
  public FileSystemStats statfs(VfsPath path) throws FsException {
    String name = name(path);
    Buffer b = wire.extended("statvfs@openssh.com", q -> Wire.putText(q, name));
    int blockSize = (int) b.getLong();
    b.getLong();
    long blocks = b.getLong();
    long free = b.getLong();
    long available = b.getLong();
    long files = b.getLong();
    long freeFiles = b.getLong();
    b.getLong();
    long id = b.getLong();
    b.getLong();
    return new FileSystemStats(
        0, blockSize, blocks, free, available, files, freeFiles, id, (int) b.getLong());
  }

  @Override
  public void close() throws FsException {
    try {
      client.close();
    } catch (IOException e) {
      throw new FsException(Errno.EIO, "cannot close", e);
    }
  }

  private final class RemoteFile implements OpenFile {
    private final byte[] handle;
    private final AtomicBoolean closed = new AtomicBoolean();

    RemoteFile(byte[] handle) {
      this.handle = handle;
    }

    private void checkOpen() throws FsException {
      if (closed.get()) {
        throw new FsException(Wire.visible(Errno.EBADF));
      }
    }

    @Override
    public int read(ByteBuffer target, long offset) throws FsException {
      checkOpen();
      int total = 0;
      do {
        int length = Math.min(CHUNK, target.remaining());
        long at = offset + total;
        Buffer reply;
        try {
          reply =
              wire.ask(
                  MessageType.READ,
                  b -> {
                    b.putBytes(handle);
                    b.putLong(at);
                    b.putInt(length);
                  });
        } catch (Wire.StatusException e) {
          if (e.code() == 1) {
            return total;
          }
          checkOpen(); // or it was closed during the request
          throw e;
        }
        byte[] data = reply.getBytes();
        target.put(data);
        total += data.length;
        if (data.length < length) {
          break;
        }
      } while (target.hasRemaining());
      return total;
    }

    @Override
    public int write(ByteBuffer source, long offset) throws FsException {
      checkOpen();
      int total = 0;
      do {
        byte[] data = new byte[Math.min(CHUNK, source.remaining())];
        source.get(source.position(), data);
        long at = offset + total;
        try {
          wire.ask(
              MessageType.WRITE,
              b -> {
                b.putBytes(handle);
                b.putLong(at);
                b.putBytes(data);
              });
        } catch (Wire.StatusException e) {
          checkOpen();
          throw e;
        }
        source.position(source.position() + data.length);
        total += data.length;
      } while (source.hasRemaining());
      return total;
    }

    @Override
    public FileAttributes stat() throws FsException {
      checkOpen();
      return Wire.getAttributes(wire.ask(MessageType.FSTAT, b -> b.putBytes(handle)));
    }

    @Override
    public void setAttributes(AttributeChanges changes) throws FsException {
      AttributeChanges both = bothTimes(changes, stat());
      wire.ask(
          MessageType.FSETSTAT,
          b -> {
            b.putBytes(handle);
            Wire.putAttributes(b, both);
          });
    }

    @Override
    public void sync(boolean dataOnly) throws FsException {
      checkOpen();
      wire.extended("fsync@openssh.com", b -> b.putBytes(handle));
    }

    @Override
    public void close() throws FsException {
      if (closed.compareAndSet(false, true) && client.isOpen()) {
        wire.ask(MessageType.CLOSE, b -> b.putBytes(handle));
      }
    }

    /**
     * Does not close the file on the server: a client has no other means to abort one than to
     * disconnect.
     */
    @Override
    public void abort(FsException cause) {
      closed.set(true);
    }
  }

  private final class RemoteDirectory implements OpenDirectory {
    private final VfsPath path;
    private final byte[] handle;
    private final List<DirectoryEntry> entries = new ArrayList<>();
    private boolean complete;
    private boolean closed;

    RemoteDirectory(VfsPath path, byte[] handle) {
      this.path = path;
      this.handle = handle;
    }

    @Override
    public synchronized void read(long cookie, boolean attributes, Visitor visitor)
        throws FsException {
      if (closed) {
        throw new FsException(Wire.visible(Errno.EBADF));
      }
      if (cookie < 0 || cookie > entries.size()) {
        throw new FsException(Errno.EINVAL);
      }
      int next = (int) cookie;
      while (next < entries.size() || fill()) {
        if (next < entries.size()) {
          DirectoryEntry e = entries.get(next);
          DirectoryEntry offered =
              attributes ? e : new DirectoryEntry(e.name(), e.type(), e.fileId(), e.cookie(), null);
          if (!visitor.visit(offered)) {
            return;
          }
          next++;
        }
      }
    }

    private boolean fill() throws FsException {
      if (complete) {
        return false;
      }
      Buffer reply;
      try {
        reply = wire.ask(MessageType.READDIR, b -> b.putBytes(handle));
      } catch (Wire.StatusException e) {
        if (e.code() == 1) {
          complete = true;
          return false;
        }
        throw e;
      }
      int count = reply.getInt();
      for (int i = 0; i < count; i++) {
        String name = Wire.getText(reply);
        Wire.getText(reply);
        FileAttributes a = Wire.getAttributes(reply);
        if (!name.equals(".") && !name.equals("..")) {
          entries.add(new DirectoryEntry(name, a.type(), 0, entries.size() + 1, a));
        }
      }
      return true;
    }

    @Override
    public FileAttributes stat() throws FsException {
      if (closed) {
        throw new FsException(Wire.visible(Errno.EBADF));
      }
      return RemoteFileSystem.this.stat(path);
    }

    @Override
    public void setAttributes(AttributeChanges changes) throws FsException {
      RemoteFileSystem.this.setAttributes(path, changes);
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        if (!client.isOpen()) {
          return;
        }
        try {
          wire.ask(MessageType.CLOSE, b -> b.putBytes(handle));
        } catch (FsException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }
}
