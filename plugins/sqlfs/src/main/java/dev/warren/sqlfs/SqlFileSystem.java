package dev.warren.sqlfs;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileHandle;
import dev.warren.api.FileNames;
import dev.warren.api.FileSystem;
import dev.warren.api.FileSystemStats;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import dev.warren.sqlfs.content.Chunks;
import dev.warren.sqlfs.data.OpenSqlFile;
import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.inode.Inodes;
import dev.warren.sqlfs.inode.Xattrs;
import dev.warren.sqlfs.names.FoundFile;
import dev.warren.sqlfs.names.Lookup;
import dev.warren.sqlfs.names.Naming;
import dev.warren.sqlfs.names.Owner;
import dev.warren.sqlfs.names.Rename;
import dev.warren.sqlfs.store.Counters;
import dev.warren.sqlfs.store.Step;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.List;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * A file system in a database. Owners and permission bits are stored, but not enforced. Each change
 * of names is one transaction. Calls are blocking, because they use the database. Thread-safe.
 */
final class SqlFileSystem implements FileSystem {
  private static final int MAGIC = 0x73716c66; // "sqlf"
  private static final int BLOCK = 4096;
  private static final int MAX_TARGET = 4095;

  private final Instance instance;
  private final Owner owner;
  private final FileSystem cachedView = new CachedView(this);

  SqlFileSystem(Instance instance, Owner owner) {
    this.instance = instance;
    this.owner = owner;
  }

  /** A lookup in the cache, which never throws an {@link SQLException} itself. */
  private interface Asked<T extends @Nullable Object> {
    T of(Lookup lookup) throws FsException, SQLException;
  }

  private <T extends @Nullable Object> T ask(Asked<T> asked) throws FsException {
    requireOpen();
    try {
      return asked.of(new Lookup(instance, instance.cache()));
    } catch (SQLException e) {
      throw new FsException(Errno.EIO, "the database failed", e);
    }
  }

  private void requireOpen() throws FsException {
    if (instance.store().isClosed()) {
      throw new FsException(Errno.EIO, "the file system is closed");
    }
  }

  /** A change of names. */
  private interface Change<T extends @Nullable Object> {
    T run(Naming naming) throws FsException, SQLException;
  }

  private <T extends @Nullable Object> Step<T> step(Change<T> change) {
    return transaction -> change.run(new Naming(transaction, Lookup.in(instance, transaction)));
  }

  /** The attributes of a file that is cached. Non-blocking: throws WouldBlockException instead. */
  FileAttributes cached(VfsPath path) throws FsException {
    requireOpen();
    try {
      Lookup lookup = new Lookup(instance, new CachedView.Cached(instance.cache()));
      return instance.attributes(lookup.find(path));
    } catch (SQLException e) {
      throw new FsException(Errno.EIO, "the database failed", e);
    }
  }

  private InodeRow find(VfsPath path) throws FsException {
    return ask(lookup -> lookup.find(path));
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    return instance.attributes(find(path));
  }

  /**
   * Finds and holds a file. It may be removed before it is held, so it is read again afterwards.
   */
  private InodeRow held(VfsPath path) throws FsException {
    while (true) {
      InodeRow found = find(path);
      instance.reaper().holds().hold(found.id());
      InodeRow fresh = null;
      try {
        fresh = instance.cache().fresh(found.id());
        if (fresh != null && (fresh.links() > 0 || path.handle() != null)) {
          return fresh;
        }
      } finally {
        if (fresh == null || (fresh.links() == 0 && path.handle() == null)) {
          instance.reaper().holds().release(found.id());
        }
      }
      if (path.handle() != null) {
        throw new FsException(Errno.ESTALE, path);
      }
      instance.cache().forgetAll(); // the cached name may be outdated, as another host removed it
    }
  }

  @Override
  public FileHandle find(VfsPath path, AttributesBuffer into) throws FsException {
    InodeRow row = held(path);
    into.set(instance.attributes(row));
    return new FoundFile(instance, row.id(), () -> instance.reaper().holds().release(row.id()));
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    requireOpen();
    Naming.Opened opened =
        options.create()
            ? instance
                .store()
                .write(
                    step(n -> n.openOrCreate(path, options.exclusive(), permissions, owner)),
                    made -> instance.reaper().holds().hold(made.file().id()))
            : new Naming.Opened(held(path), false);
    InodeRow row = opened.file();
    if (row.type() != FileType.REGULAR) {
      instance.reaper().holds().release(row.id());
      throw new FsException(
          switch (row.type()) {
            case DIRECTORY -> Errno.EISDIR;
            case SYMBOLIC_LINK -> Errno.ELOOP;
            default -> Errno.ENXIO;
          },
          path);
    }
    return OpenSqlFile.open(instance.files(), row, options, opened.created());
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    InodeRow row = held(path);
    if (!row.isDirectory()) {
      instance.reaper().holds().release(row.id());
      throw new FsException(Errno.ENOTDIR, path);
    }
    return new OpenSqlDirectory(instance, row.id());
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    instance.store().write(step(n -> n.create(path, FileType.DIRECTORY, permissions, owner)));
  }

  @Override
  public void symlink(String target, VfsPath link) throws FsException {
    byte[] text = FileNames.encode(target);
    if (text.length == 0) {
      throw new FsException(Errno.ENOENT);
    }
    if (text.length > MAX_TARGET) {
      throw new FsException(Errno.ENAMETOOLONG);
    }
    if (target.indexOf('\0') >= 0) {
      throw new FsException(Errno.EINVAL);
    }
    instance
        .store()
        .<@Nullable Void>write(
            step(
                n -> {
                  InodeRow made = n.create(link, FileType.SYMBOLIC_LINK, 0777, owner);
                  Inodes.setTarget(n.transaction(), made.id(), text);
                  return null;
                }));
  }

  @Override
  public void mknod(VfsPath path, int mode, int deviceMajor, int deviceMinor) throws FsException {
    FileType type = FileType.ofMode(mode);
    switch (type) {
      case DIRECTORY -> throw new FsException(Errno.EPERM, path);
      case SYMBOLIC_LINK -> throw new FsException(Errno.EINVAL, path);
      default -> {}
    }
    instance
        .store()
        .write(
            step(
                n -> {
                  n.lookup().parentOfNew(path);
                  return switch (type) {
                    case REGULAR, FIFO, SOCKET ->
                        n.create(path, type, mode & FileAttributes.PERMISSION_MASK, owner);
                    default -> throw new FsException(Errno.EPERM, path); // as without CAP_MKNOD
                  };
                }));
  }

  @Override
  public void link(VfsPath existing, VfsPath link) throws FsException {
    instance.store().write(step(n -> n.link(existing, link)));
  }

  @Override
  public void unlink(VfsPath path) throws FsException {
    lostName(instance.store().write(step(n -> n.unlink(path))));
  }

  @Override
  public void rmdir(VfsPath path) throws FsException {
    lostName(instance.store().write(step(n -> n.rmdir(path))));
  }

  @Override
  public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    lostName(
        instance
            .store()
            .<@Nullable InodeRow>write(
                step(n -> new Rename(n.transaction(), n.lookup(), from, to, replace).run())));
  }

  @Override
  public void replace(VfsPath path, ByteBuffer content, int permissions) throws FsException {
    requireOpen();
    long size = content.remaining();
    NavigableMap<Long, byte[]> chunks = Chunks.split(content, instance.chunkSize());
    lostName(
        instance
            .store()
            .<@Nullable InodeRow>write(
                step(n -> n.replace(path, permissions, owner, chunks, size))));
  }

  private void lostName(@Nullable InodeRow row) {
    if (row != null && (row.isDirectory() || row.links() == 1)) {
      instance.reaper().abandoned(row.id());
    }
  }

  @Override
  public void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
    if (changes.size() != null && changes.size() < 0) {
      throw new FsException(Errno.EINVAL, path);
    }
    InodeRow row = held(path);
    try {
      instance.setAttributes(row, changes);
    } finally {
      instance.reaper().holds().release(row.id());
    }
  }

  @Override
  public String readlink(VfsPath path) throws FsException {
    InodeRow row = find(path);
    if (row.type() != FileType.SYMBOLIC_LINK) {
      throw new FsException(Errno.EINVAL, path);
    }
    return FileNames.decode(instance.store().read(sql -> Inodes.target(sql, row.id())));
  }

  @Override
  public FileSystemStats statfs(VfsPath path) throws FsException {
    stat(path);
    Counters counters =
        instance
            .store()
            .read(
                sql ->
                    new Counters(
                        0,
                        sql.number("SELECT bytes FROM sqlfs_volume WHERE one = 1"),
                        sql.number("SELECT files FROM sqlfs_volume WHERE one = 1")));
    long free = Math.max(0, instance.limit() - counters.bytes()) / BLOCK;
    long freeFiles =
        Math.max(0, instance.limit() - counters.bytes()) / (InodeRow.CHARGE + InodeRow.NAME_CHARGE);
    return new FileSystemStats(
        MAGIC,
        BLOCK,
        instance.limit() / BLOCK,
        free,
        free,
        counters.files() + freeFiles,
        freeFiles,
        System.identityHashCode(instance),
        FileNames.MAX_BYTES);
  }

  @Override
  public List<String> listXattrs(VfsPath path) throws FsException {
    InodeRow row = find(path);
    return instance.store().read(sql -> Xattrs.names(sql, row.id()));
  }

  @Override
  public byte[] getXattr(VfsPath path, String name) throws FsException {
    Xattrs.checkLengths(name, 0);
    InodeRow row = find(path);
    return instance.store().read(sql -> Xattrs.get(sql, row, name));
  }

  @Override
  public void setXattr(VfsPath path, String name, byte[] value, XattrMode mode) throws FsException {
    Xattrs.checkLengths(name, value.length);
    instance
        .store()
        .<@Nullable Void>write(
            step(
                n -> {
                  Xattrs.set(n.transaction(), n.lookup().find(path), name, value, mode);
                  return null;
                }));
  }

  @Override
  public void removeXattr(VfsPath path, String name) throws FsException {
    Xattrs.checkLengths(name, 0);
    instance
        .store()
        .<@Nullable Void>write(
            step(
                n -> {
                  Xattrs.remove(n.transaction(), n.lookup().find(path), name);
                  return null;
                }));
  }

  /** Returns a view in which new files belong to the caller, as far as its IDs are known. */
  @Override
  public SqlFileSystem as(Caller caller) {
    return new SqlFileSystem(instance, owner.orCaller(caller));
  }

  @Override
  public FileSystem nonBlocking() {
    return cachedView;
  }

  @Override
  public boolean isShared() {
    return instance.isShared();
  }

  @Override
  public void close() {
    instance.close();
  }
}
