package dev.warren.api;

import java.lang.invoke.VarHandle;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a file, as returned by stat(2). Immutable.
 *
 * <p>Times are seconds since 1970-01-01T00:00:00Z (negative before it) and nanoseconds 0 to
 * 999,999,999.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/inode.7.html">inode(7)</a>
 */
public final class FileAttributes extends StatFields {
  /** The permission, set-uid, set-gid and sticky bits: all of st_mode except the type. */
  public static final int PERMISSION_MASK = 07777;

  private FileAttributes(StatFields fields, long fileId) {
    copy(fields);
    this.fileId = fileId;
    // The fields are shared with the mutable buffer and so cannot be final; this fence makes them
    // as visible to other threads as final fields.
    VarHandle.releaseFence();
  }

  /** Copies the attributes of a buffer. */
  static FileAttributes of(AttributesBuffer buffer) {
    return new FileAttributes(buffer, buffer.fileId);
  }

  /** Returns a builder for a file of this type, with link count 1 and all other values 0. */
  public static Builder builder(FileType type) {
    return new Builder(type);
  }

  /** Returns a builder that starts with these attributes. */
  public Builder toBuilder() {
    Builder b = new Builder(type);
    b.fields.copy(this);
    return b;
  }

  /** Returns these attributes with another {@link #fileId()}. Cheaper than {@link #toBuilder()}. */
  public FileAttributes withFileId(long id) {
    return id == fileId ? this : new FileAttributes(this, id);
  }

  /** The access time. */
  public Instant accessTime() {
    return Instant.ofEpochSecond(accessSeconds, accessNanos);
  }

  /** The modification time: the last change of content. */
  public Instant modifyTime() {
    return Instant.ofEpochSecond(modifySeconds, modifyNanos);
  }

  /** The change time: the last change of content or attributes. */
  public Instant changeTime() {
    return Instant.ofEpochSecond(changeSeconds, changeNanos);
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

  /** Builds {@link FileAttributes}. Not thread-safe. */
  public static final class Builder {
    private final AttributesBuffer fields = new AttributesBuffer();

    private Builder(FileType type) {
      fields.type = type;
      fields.linkCount = 1;
    }

    /** Sets the permission bits; other bits are dropped. */
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

    /** Sets the link count. */
    public Builder linkCount(int count) {
      fields.linkCount = count;
      return this;
    }

    /**
     * Sets the size in bytes, and the number of blocks that a file of this size without holes
     * occupies.
     */
    public Builder size(long bytes) {
      fields.size = bytes;
      fields.blocks = Math.ceilDiv(bytes, 512L);
      return this;
    }

    /** Sets the allocated space, in units of 512 bytes. */
    public Builder blocks(long count) {
      fields.blocks = count;
      return this;
    }

    /** Sets the preferred I/O size, in bytes. */
    public Builder blockSize(int bytes) {
      fields.blockSize = bytes;
      return this;
    }

    /** Sets the major and minor number of a device file. */
    public Builder device(int major, int minor) {
      fields.deviceMajor = major;
      fields.deviceMinor = minor;
      return this;
    }

    /** Sets the access time. */
    public Builder accessTime(long seconds, int nanos) {
      fields.accessSeconds = seconds;
      fields.accessNanos = nanos;
      return this;
    }

    /** Sets the modification time: the last change of content. */
    public Builder modifyTime(long seconds, int nanos) {
      fields.modifySeconds = seconds;
      fields.modifyNanos = nanos;
      return this;
    }

    /** Sets the change time: the last change of content or attributes. */
    public Builder changeTime(long seconds, int nanos) {
      fields.changeSeconds = seconds;
      fields.changeNanos = nanos;
      return this;
    }

    /** Sets the creation time. */
    public Builder birthTime(long seconds, int nanos) {
      fields.birthSeconds = seconds;
      fields.birthNanos = nanos;
      return this;
    }

    /** Sets access, modification and change time to the same instant. */
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

    /** Returns the attributes. */
    public FileAttributes build() {
      return of(fields);
    }
  }
}
