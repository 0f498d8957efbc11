package dev.warren.ninep.client;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileNames;
import dev.warren.api.FileSystem;
import dev.warren.api.FileSystemStats;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import dev.warren.ninep.codec.MessageType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file system seen through a 9P connection, which it owns. */
public final class ClientFileSystem implements FileSystem {
  private static final int NO_GROUP = -1;
  private static final int REMOVE_DIRECTORY = 0x200;

  private final NinepClient client;
  private final int root;

  /**
   * Wraps a connection.
   *
   * @param root the fid of the attach
   */
  public ClientFileSystem(NinepClient client, int root) {
    this.client = client;
    this.root = root;
  }

  /** A call with a fid. */
  @FunctionalInterface
  interface FidCall<T> {
    T apply(int fid) throws FsException;
  }

  <T> T with(VfsPath path, FidCall<T> call) throws FsException {
    int fid = walk(path);
    try {
      return call.apply(fid);
    } finally {
      clunk(fid);
    }
  }

  private int walk(VfsPath path) throws FsException {
    int fid = client.newFid();
    List<String> names = path.names();
    int from = root;
    int done = 0;
    do {
      List<String> part = names.subList(done, Math.min(names.size(), done + 16));
      int reached = walk(from, fid, part);
      if (reached < part.size()) {
        fail(from, fid, part.subList(0, reached), part.get(reached));
      }
      done += reached;
      from = fid;
    } while (done < names.size());
    return fid;
  }

  /** A partial walk does not return the reason for its end; a walk of the next name alone does. */
  private void fail(int from, int fid, List<String> reached, String name) throws FsException {
    walk(from, fid, reached);
    try {
      walk(fid, client.newFid(), List.of(name));
    } finally {
      clunk(fid);
    }
    throw new FsException(Errno.EAGAIN, "it came into being at this moment");
  }

  private int walk(int from, int to, List<String> names) throws FsException {
    Frame frame = Frame.of(MessageType.TWALK).u32(from).u32(to).u16(names.size());
    for (String name : names) {
      frame.name(name);
    }
    return client.call(MessageType.TWALK, frame).u16();
  }

  private void clunk(int fid) throws FsException {
    client.call(MessageType.TCLUNK, Frame.of(MessageType.TCLUNK).u32(fid));
  }

  private static VfsPath parent(VfsPath path) throws FsException {
    if (path.parent() == null) {
      throw new FsException(Errno.EBUSY, path);
    }
    return path.parent();
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    return with(path, this::stat);
  }

  FileAttributes stat(int fid) throws FsException {
    return WireAttributes.read(
        client.call(MessageType.TGETATTR, Frame.of(MessageType.TGETATTR).u32(fid).u64(0x3FFF)));
  }

  @Override
  public void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
    with(
        path,
        fid -> {
          setAttributes(fid, changes);
          return fid;
        });
  }

  void setAttributes(int fid, AttributeChanges changes) throws FsException {
    client.call(MessageType.TSETATTR, WireAttributes.setattr(fid, changes));
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    if (path.isRoot()) {
      throw new FsException(Errno.EISDIR, path);
    }
    int fid = walk(options.create() ? path.parentOrRoot() : path);
    try {
      int flags = WireAttributes.flags(options);
      Reply reply =
          options.create()
              ? client.call(
                  MessageType.TLCREATE,
                  Frame.of(MessageType.TLCREATE)
                      .u32(fid)
                      .name(path.name())
                      .u32(flags)
                      .u32(permissions)
                      .u32(NO_GROUP))
              : client.call(MessageType.TLOPEN, Frame.of(MessageType.TLOPEN).u32(fid).u32(flags));
      if ((reply.u8() & 0x80) != 0) {
        throw new FsException(Errno.EISDIR, path);
      }
      return new ClientFile(this, client, fid);
    } catch (FsException e) {
      clunk(fid);
      throw e;
    }
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    int fid = walk(path);
    try {
      client.call(MessageType.TLOPEN, Frame.of(MessageType.TLOPEN).u32(fid).u32(0200000));
      return new ClientDirectory(this, client, fid);
    } catch (FsException e) {
      clunk(fid);
      throw e;
    }
  }

  /** The attributes of an entry in a fid's directory; null if it is gone. */
  @Nullable FileAttributes statEntry(int directory, String name) throws FsException {
    int fid = client.newFid();
    try {
      walk(directory, fid, List.of(name));
    } catch (FsException e) {
      return null;
    }
    try {
      return stat(fid);
    } catch (FsException e) {
      return null;
    } finally {
      clunk(fid);
    }
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    make(path, MessageType.TMKDIR, (frame, _) -> frame.u32(permissions));
  }

  @Override
  public void mknod(VfsPath path, int mode, int major, int minor) throws FsException {
    make(path, MessageType.TMKNOD, (frame, _) -> frame.u32(mode).u32(major).u32(minor));
  }

  @Override
  public void symlink(String target, VfsPath link) throws FsException {
    make(link, MessageType.TSYMLINK, (frame, _) -> frame.name(target));
  }

  private interface Fields {
    Frame add(Frame frame, int fid) throws FsException;
  }

  private void make(VfsPath path, int type, Fields fields) throws FsException {
    if (path.isRoot()) {
      throw new FsException(Errno.EEXIST, path);
    }
    with(
        path.parentOrRoot(),
        fid ->
            client.call(type, fields.add(Frame.of(type).u32(fid).name(path.name()), fid).u32(-1)));
  }

  @Override
  public void link(VfsPath existing, VfsPath link) throws FsException {
    with(
        existing,
        file ->
            with(
                link.isRoot() ? link : parent(link),
                directory -> {
                  if (link.isRoot()) {
                    throw new FsException(Errno.EEXIST, link);
                  }
                  return client.call(
                      MessageType.TLINK,
                      Frame.of(MessageType.TLINK).u32(directory).u32(file).name(link.name()));
                }));
  }

  @Override
  public void unlink(VfsPath path) throws FsException {
    if (path.isRoot()) {
      throw new FsException(Errno.EISDIR, path);
    }
    remove(path, 0);
  }

  @Override
  public void rmdir(VfsPath path) throws FsException {
    remove(path, REMOVE_DIRECTORY);
  }

  private void remove(VfsPath path, int flags) throws FsException {
    with(
        parent(path),
        fid ->
            client.call(
                MessageType.TUNLINKAT,
                Frame.of(MessageType.TUNLINKAT).u32(fid).name(path.name()).u32(flags)));
  }

  /** 9P has no message for a rename without {@code replace}. */
  @Override
  public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    if (!replace) {
      throw new FsException(Errno.EOPNOTSUPP);
    }
    with(
        parent(from),
        source ->
            with(
                parent(to),
                target ->
                    client.call(
                        MessageType.TRENAMEAT,
                        Frame.of(MessageType.TRENAMEAT)
                            .u32(source)
                            .name(from.name())
                            .u32(target)
                            .name(to.name()))));
  }

  @Override
  public String readlink(VfsPath path) throws FsException {
    return with(
        path,
        fid -> client.call(MessageType.TREADLINK, Frame.of(MessageType.TREADLINK).u32(fid)).name());
  }

  @Override
  public FileSystemStats statfs(VfsPath path) throws FsException {
    Reply reply =
        with(path, fid -> client.call(MessageType.TSTATFS, Frame.of(MessageType.TSTATFS).u32(fid)));
    return new FileSystemStats(
        reply.u32(),
        reply.u32(),
        reply.u64(),
        reply.u64(),
        reply.u64(),
        reply.u64(),
        reply.u64(),
        reply.u64(),
        reply.u32());
  }

  @Override
  public List<String> listXattrs(VfsPath path) throws FsException {
    List<String> names = new ArrayList<>();
    byte[] all = getXattr(path, "");
    int start = 0;
    for (int i = 0; i < all.length; i++) {
      if (all[i] == 0) {
        names.add(FileNames.decode(all, start, i - start));
        start = i + 1;
      }
    }
    return names;
  }

  @Override
  public byte[] getXattr(VfsPath path, String name) throws FsException {
    return with(
        path,
        file -> {
          int fid = client.newFid();
          long size =
              client
                  .call(
                      MessageType.TXATTRWALK,
                      Frame.of(MessageType.TXATTRWALK).u32(file).u32(fid).name(name))
                  .u64();
          byte[] value = new byte[(int) size];
          ByteBuffer target = ByteBuffer.wrap(value);
          try (ClientFile attribute = new ClientFile(this, client, fid)) {
            attribute.read(target, 0);
          }
          return value;
        });
  }

  /** A replacement by an empty value is not possible: in 9P that removes the attribute. */
  @Override
  public void setXattr(VfsPath path, String name, byte[] value, XattrMode mode) throws FsException {
    if (value.length == 0 && mode == XattrMode.REPLACE) {
      removeXattr(path, name);
      xattr(path, name, value, WireAttributes.flags(XattrMode.SET));
      return;
    }
    xattr(path, name, value, WireAttributes.flags(mode));
  }

  @Override
  public void removeXattr(VfsPath path, String name) throws FsException {
    xattr(path, name, new byte[0], WireAttributes.flags(XattrMode.REPLACE));
  }

  private void xattr(VfsPath path, String name, byte[] value, int flags) throws FsException {
    int fid = walk(path);
    try {
      client.call(
          MessageType.TXATTRCREATE,
          Frame.of(MessageType.TXATTRCREATE).u32(fid).name(name).u64(value.length).u32(flags));
    } catch (FsException e) {
      clunk(fid);
      throw e;
    }
    try (ClientFile attribute = new ClientFile(this, client, fid)) {
      attribute.write(ByteBuffer.wrap(value), 0);
    }
  }

  @Override
  public void close() throws FsException {
    try {
      client.close();
    } catch (IOException e) {
      throw new FsException(Errno.EIO, "cannot close", e);
    }
  }
}
