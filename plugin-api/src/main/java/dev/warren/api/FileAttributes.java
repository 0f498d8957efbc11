package dev.warren.api;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What stat(2) tells of a file. Immutable.
 *
 * <p>Times are seconds since 1970-01-01T00:00:00Z (negative before it) and nanoseconds 0 to
 * 999,999,999.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/inode.7.html">inode(7)</a>
 */
public final class FileAttributes {
  /** The permission bits and set-uid, set-gid and sticky: all of st_mode but the type. */
  public static final int PERMISSION_MASK = 07777;

  private final FileType type;
  private final int permissions;
  private final int uid;
  private final int gid;
  private final int linkCount;
  private final long size;
  private final long blocks;
  private final int blockSize;
  private final int deviceMajor;
  private final int deviceMinor;
  private final long accessSeconds;
  private final int accessNanos;
  private final long modifySeconds;
  private final int modifyNanos;
  private final long changeSeconds;
  private final int changeNanos;
  private final long birthSeconds;
  private final int birthNanos;
  private final long fileId;
  private final long version;

  FileAttributes(AttributesBuffer b) {
    type = b.type;
    permissions = b.permissions;
    uid = b.uid;
    gid = b.gid;
    linkCount = b.linkCount;
    size = b.size;
    blocks = b.blocks;
    blockSize = b.blockSize;
    deviceMajor = b.deviceMajor;
    deviceMinor = b.deviceMinor;
    accessSeconds = b.accessSeconds;
    accessNanos = b.accessNanos;
    modifySeconds = b.modifySeconds;
    modifyNanos = b.modifyNanos;
    changeSeconds = b.changeSeconds;
    changeNanos = b.changeNanos;
    birthSeconds = b.birthSeconds;
    birthNanos = b.birthNanos;
    fileId = b.fileId;
    version = b.version;
  }

  private FileAttributes(FileAttributes a, long fileId) {
    type = a.type;
    permissions = a.permissions;
    uid = a.uid;
    gid = a.gid;
    linkCount = a.linkCount;
    size = a.size;
    blocks = a.blocks;
    blockSize = a.blockSize;
    deviceMajor = a.deviceMajor;
    deviceMinor = a.deviceMinor;
    accessSeconds = a.accessSeconds;
    accessNanos = a.accessNanos;
    modifySeconds = a.modifySeconds;
    modifyNanos = a.modifyNanos;
    changeSeconds = a.changeSeconds;
    changeNanos = a.changeNanos;
    birthSeconds = a.birthSeconds;
    birthNanos = a.birthNanos;
    this.fileId = fileId;
    version = a.version;
  }

  /**
   * A builder of attributes for a file of this type; everything else is 0 but the link count, 1.
   */
  public static Builder builder(FileType type) {
    return new Builder(type);
  }

  /** A builder that starts from these attributes. */
  public Builder toBuilder() {
    Builder b = new Builder(type);
    b.fields.set(this);
    return b;
  }

  /** The same attributes with another {@link #fileId()}. Cheaper than {@link #toBuilder()}. */
  public FileAttributes withFileId(long id) {
    return id == fileId ? this : new FileAttributes(this, id);
  }

  /** What the file is. */
  public FileType type() {
    return type;
  }

  /** Whether the file is a directory. */
  public boolean isDirectory() {
    return type == FileType.DIRECTORY;
  }

  /** Permission, set-uid, set-gid and sticky bits, 0 to 07777. */
  public int permissions() {
    return permissions;
  }

  /** st_mode: type and permission bits. */
  public int mode() {
    return type.modeBits() | permissions;
  }

  /** The owner's number, an unsigned 32-bit value. */
  public int uid() {
    return uid;
  }

  /** The group's number, an unsigned 32-bit value. */
  public int gid() {
    return gid;
  }

  /** How many names the file has; 0 for a file that is open and unlinked. */
  public int linkCount() {
    return linkCount;
  }

  /** Bytes; for a symbolic link the length of its target. */
  public long size() {
    return size;
  }

  /** Space taken, in units of 512 bytes. */
  public long blocks() {
    return blocks;
  }

  /** The size in bytes that suits input and output; 0 where the file system has no opinion. */
  public int blockSize() {
    return blockSize;
  }

  /** Major number of a device file. */
  public int deviceMajor() {
    return deviceMajor;
  }

  /** Minor number of a device file. */
  public int deviceMinor() {
    return deviceMinor;
  }

  /** Time of last access, seconds. */
  public long accessSeconds() {
    return accessSeconds;
  }

  /** Time of last access, nanoseconds. */
  public int accessNanos() {
    return accessNanos;
  }

  /** Time of last change of content, seconds. */
  public long modifySeconds() {
    return modifySeconds;
  }

  /** Time of last change of content, nanoseconds. */
  public int modifyNanos() {
    return modifyNanos;
  }

  /** Time of last change of content or attributes, seconds. */
  public long changeSeconds() {
    return changeSeconds;
  }

  /** Time of last change of content or attributes, nanoseconds. */
  public int changeNanos() {
    return changeNanos;
  }

  /** Time of creation, seconds; 0 with {@link #birthNanos()} 0 where unknown. */
  public long birthSeconds() {
    return birthSeconds;
  }

  /** Time of creation, nanoseconds. */
  public int birthNanos() {
    return birthNanos;
  }

  /** Time of last access. */
  public Instant accessTime() {
    return Instant.ofEpochSecond(accessSeconds, accessNanos);
  }

  /** Time of last change of content. */
  public Instant modifyTime() {
    return Instant.ofEpochSecond(modifySeconds, modifyNanos);
  }

  /** Time of last change of content or attributes. */
  public Instant changeTime() {
    return Instant.ofEpochSecond(changeSeconds, changeNanos);
  }

  /**
   * The file's number: the same for every name of a file, different for every file that exists at
   * the same time in this file system, and kept over a rename. A file system that stores files
   * keeps it over a restart too.
   */
  public long fileId() {
    return fileId;
  }

  /**
   * A stamp that changes whenever the content changes, also over restarts. 0 says that the content
   * is made when read or its size is not known before: clients must not cache it.
   */
  public long version() {
    return version;
  }

  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof FileAttributes o
        && type == o.type
        && permissions == o.permissions
        && uid == o.uid
        && gid == o.gid
        && linkCount == o.linkCount
        && size == o.size
        && blocks == o.blocks
        && blockSize == o.blockSize
        && deviceMajor == o.deviceMajor
        && deviceMinor == o.deviceMinor
        && accessSeconds == o.accessSeconds
        && accessNanos == o.accessNanos
        && modifySeconds == o.modifySeconds
        && modifyNanos == o.modifyNanos
        && changeSeconds == o.changeSeconds
        && changeNanos == o.changeNanos
        && birthSeconds == o.birthSeconds
        && birthNanos == o.birthNanos
        && fileId == o.fileId
        && version == o.version;
  }

  @Override
  public int hashCode() {
    return Objects.hash(type, fileId, size, modifySeconds, modifyNanos, version);
  }

  @Override
  public String toString() {
    return "%s %04o uid %d gid %d links %d size %d mtime %s id %x version %x"
        .formatted(type, permissions, uid, gid, linkCount, size, modifyTime(), fileId, version);
  }

  /** Builds {@link FileAttributes}. Not for use by several threads. */
  public static final class Builder {
    private final AttributesBuffer fields = new AttributesBuffer();

    private Builder(FileType type) {
      fields.type = type;
      fields.linkCount = 1;
    }

    /** Sets the permission bits; others are dropped. */
    public Builder permissions(int bits) {
      fields.permissions = bits & PERMISSION_MASK;
      return this;
    }

    /** Sets owner and group. */
    public Builder owner(int newUid, int newGid) {
      fields.uid = newUid;
      fields.gid = newGid;
      return this;
    }

    /** Sets the number of names. */
    public Builder linkCount(int count) {
      fields.linkCount = count;
      return this;
    }

    /** Sets the size in bytes, and the blocks that it takes when the file has no holes. */
    public Builder size(long bytes) {
      fields.size = bytes;
      fields.blocks = Math.ceilDiv(bytes, 512L);
      return this;
    }

    /** Sets the space taken, in units of 512 bytes. */
    public Builder blocks(long count) {
      fields.blocks = count;
      return this;
    }

    /** Sets the preferred size of input and output. */
    public Builder blockSize(int bytes) {
      fields.blockSize = bytes;
      return this;
    }

    /** Sets the numbers of a device file. */
    public Builder device(int major, int minor) {
      fields.deviceMajor = major;
      fields.deviceMinor = minor;
      return this;
    }

    /** Sets the time of last access. */
    public Builder accessTime(long seconds, int nanos) {
      fields.accessSeconds = seconds;
      fields.accessNanos = nanos;
      return this;
    }

    /** Sets the time of last change of content. */
    public Builder modifyTime(long seconds, int nanos) {
      fields.modifySeconds = seconds;
      fields.modifyNanos = nanos;
      return this;
    }

    /** Sets the time of last change of content or attributes. */
    public Builder changeTime(long seconds, int nanos) {
      fields.changeSeconds = seconds;
      fields.changeNanos = nanos;
      return this;
    }

    /** Sets the time of creation. */
    public Builder birthTime(long seconds, int nanos) {
      fields.birthSeconds = seconds;
      fields.birthNanos = nanos;
      return this;
    }

    /** Sets the times of access, content and attributes to one instant. */
    public Builder times(Instant time) {
      return accessTime(time.getEpochSecond(), time.getNano())
          .modifyTime(time.getEpochSecond(), time.getNano())
          .changeTime(time.getEpochSecond(), time.getNano());
    }

    /** Sets {@link FileAttributes#fileId()}. */
    public Builder fileId(long id) {
      fields.fileId = id;
      return this;
    }

    /** Sets {@link FileAttributes#version()}. */
    public Builder version(long stamp) {
      fields.version = stamp;
      return this;
    }

    /** The attributes. */
    public FileAttributes build() {
      return new FileAttributes(fields);
    }
  }
}
