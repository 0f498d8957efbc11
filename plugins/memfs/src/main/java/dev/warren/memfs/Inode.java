package dev.warren.memfs;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.TimeChange;
import dev.warren.api.XattrMode;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A file of any type, without its names. An instance of this class itself is a FIFO or a socket,
 * which has no other content. Thread-safe.
 *
 * <p>The attributes are one immutable object that each change replaces, so that stat needs no lock.
 */
class Inode {
  /** The charge for a file, in addition to its content, names and extended attributes. */
  static final int CHARGE = 256;

  private static final int SET_UID = 04000;
  private static final int SET_GID = 02000;
  private static final int GROUP_EXECUTE = 00010;

  private final Volume volume;
  private final FileType type;
  private volatile FileAttributes attributes;
  private @Nullable Xattrs xattrs; // guarded by this object's monitor
  private int holders; // guarded by this object's monitor

  /** The caller has charged {@link #CHARGE}. */
  Inode(Volume volume, FileType type, int permissions, Owner owner) {
    Instant now = volume.now();
    this.volume = volume;
    this.type = type;
    this.attributes =
        FileAttributes.builder(type)
            .permissions(permissions)
            .owner(owner.uid(), owner.gid())
            .linkCount(0)
            .blockSize(ChunkTree.CHUNK)
            .times(now)
            .birthTime(now.getEpochSecond(), now.getNano())
            .fileId(volume.newFileId())
            .version(firstVersion(now))
            .build();
  }

  /**
   * Nanoseconds since 1970: file ids may start again from 1 when the host restarts, versions may
   * not.
   */
  private static long firstVersion(Instant now) {
    return Math.max(1, now.getEpochSecond() * 1_000_000_000 + now.getNano());
  }

  final Volume volume() {
    return volume;
  }

  final FileType type() {
    return type;
  }

  final FileAttributes attributes() {
    return attributes;
  }

  /** Changes some attributes atomically. */
  final synchronized void update(Consumer<FileAttributes.Builder> change) {
    FileAttributes.Builder builder = attributes.toBuilder();
    change.accept(builder);
    attributes = builder.build();
  }

  /** Records that the content changed now, together with the given changes. */
  final void contentChanged(Consumer<FileAttributes.Builder> change) {
    Instant now = volume.now();
    update(
        b -> {
          b.modifyTime(now.getEpochSecond(), now.getNano())
              .changeTime(now.getEpochSecond(), now.getNano())
              .version(attributes.version() + 1);
          change.accept(b);
        });
  }

  /** Records that attributes or names changed now, together with the given changes. */
  final void attributesChanged(Consumer<FileAttributes.Builder> change) {
    Instant now = volume.now();
    update(
        b -> {
          b.changeTime(now.getEpochSecond(), now.getNano());
          change.accept(b);
        });
  }

  /** Increments the link count. The caller holds the lock on names. */
  final void linked() {
    attributesChanged(b -> b.linkCount(attributes.linkCount() + 1));
  }

  /** Decrements the link count. The caller holds the lock on names. */
  final void unlinked() {
    boolean last;
    synchronized (this) {
      attributesChanged(b -> b.linkCount(attributes.linkCount() - 1));
      last = isUnused();
    }
    if (last) {
      discard();
    }
  }

  /** Increments the number of handles. The caller holds the lock on names. */
  final synchronized void hold() {
    holders++;
  }

  /**
   * Decrements the number of handles; the last handle of a file without a name discards the file.
   */
  final void letGo() {
    boolean last;
    synchronized (this) {
      holders--;
      last = isUnused();
    }
    if (last) {
      discard();
    }
  }

  /** Whether the file can no longer be reached. The caller holds the monitor. */
  boolean isUnused() {
    return holders == 0 && attributes.linkCount() == 0;
  }

  /** Gives back the file's charge. Called once, when the file is unused. */
  void discard() {
    synchronized (this) {
      if (xattrs != null) {
        xattrs.removeAll(volume.space());
      }
    }
    volume.space().giveBack(CHARGE);
  }

  /**
   * Sets the size.
   *
   * @throws FsException EISDIR for a directory, ELOOP for a symbolic link, EINVAL for any other
   *     file without a size
   */
  void truncate(long size) throws FsException {
    throw new FsException(
        switch (type) {
          case DIRECTORY -> Errno.EISDIR;
          case SYMBOLIC_LINK -> Errno.ELOOP;
          default -> Errno.EINVAL;
        });
  }

  final void setAttributes(AttributeChanges changes) throws FsException {
    if (changes.isEmpty()) {
      return;
    }
    if (changes.permissions() != null && type == FileType.SYMBOLIC_LINK) {
      throw new FsException(Errno.EOPNOTSUPP);
    }
    if (changes.size() != null) {
      truncate(changes.size());
    }
    Instant now = volume.now();
    attributesChanged(
        b -> {
          if (changes.uid() != null || changes.gid() != null) {
            FileAttributes old = attributes;
            b.owner(chosen(changes.uid(), old.uid()), chosen(changes.gid(), old.gid()));
            if (type != FileType.DIRECTORY) {
              b.permissions(withoutPrivileges(old.permissions()));
            }
          }
          if (changes.permissions() != null) {
            b.permissions(changes.permissions());
          }
          if (changes.accessTime() != null) {
            Instant time = time(changes.accessTime(), now);
            b.accessTime(time.getEpochSecond(), time.getNano());
          }
          if (changes.modifyTime() != null) {
            Instant time = time(changes.modifyTime(), now);
            b.modifyTime(time.getEpochSecond(), time.getNano());
          }
        });
  }

  /** As chown(2): -1 leaves the id unchanged. */
  private static int chosen(@Nullable Integer wanted, int old) {
    return wanted == null || wanted == -1 ? old : wanted;
  }

  private static Instant time(TimeChange change, Instant now) {
    return change.now() ? now : Instant.ofEpochSecond(change.seconds(), change.nanos());
  }

  /**
   * Returns the permission bits after a change by a user who may not be the owner: set-uid is
   * cleared, and set-gid too unless it means mandatory locking.
   */
  static int withoutPrivileges(int permissions) {
    int kept = permissions & ~SET_UID;
    return (kept & GROUP_EXECUTE) == 0 ? kept : kept & ~SET_GID;
  }

  final synchronized List<String> listXattrs() {
    return xattrs == null ? List.of() : xattrs.names();
  }

  final synchronized byte[] getXattr(String name) throws FsException {
    Xattrs.checkName(name, type, false);
    if (xattrs == null) {
      throw new FsException(Errno.ENODATA);
    }
    return xattrs.get(name);
  }

  final synchronized void setXattr(String name, byte[] value, XattrMode mode) throws FsException {
    Xattrs.checkName(name, type, true);
    if (xattrs == null) {
      xattrs = new Xattrs();
    }
    xattrs.set(name, value, mode, volume.space());
    attributesChanged(b -> {});
  }

  final synchronized void removeXattr(String name) throws FsException {
    Xattrs.checkName(name, type, true);
    if (xattrs == null) {
      throw new FsException(Errno.ENODATA);
    }
    xattrs.remove(name, volume.space());
    attributesChanged(b -> {});
  }
}
