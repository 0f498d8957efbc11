package dev.warren.api;

/**
 * A reusable, mutable set of attributes, for callers that stat many files and keep none of the
 * results: no allocation per call. The fields have the same meaning as in {@link FileAttributes}.
 * Not thread-safe.
 */
public final class AttributesBuffer extends StatFields {
  /** Creates a buffer that does not hold the attributes of a file yet. */
  public AttributesBuffer() {}

  /** Copies all attributes into this buffer. */
  public void set(FileAttributes a) {
    copy(a);
  }

  /** Returns an immutable copy of the attributes. */
  public FileAttributes toAttributes() {
    return FileAttributes.of(this);
  }

  /** Sets type, permission bits (other bits are dropped) and link count. */
  public void setFile(FileType newType, int bits, int links) {
    type = newType;
    permissions = bits & FileAttributes.PERMISSION_MASK;
    linkCount = links;
  }

  /** Sets owner and group. */
  public void setOwner(int newUid, int newGid) {
    uid = newUid;
    gid = newGid;
  }

  /** Sets size in bytes, allocated space in units of 512 bytes, and preferred I/O size in bytes. */
  public void setSize(long bytes, long newBlocks, int newBlockSize) {
    size = bytes;
    blocks = newBlocks;
    blockSize = newBlockSize;
  }

  /** Sets the major and minor number of a device file. */
  public void setDevice(int major, int minor) {
    deviceMajor = major;
    deviceMinor = minor;
  }

  /** Sets the access time. */
  public void setAccessTime(long seconds, int nanos) {
    accessSeconds = seconds;
    accessNanos = nanos;
  }

  /** Sets the modification time: the last change of content. */
  public void setModifyTime(long seconds, int nanos) {
    modifySeconds = seconds;
    modifyNanos = nanos;
  }

  /** Sets the change time: the last change of content or attributes. */
  public void setChangeTime(long seconds, int nanos) {
    changeSeconds = seconds;
    changeNanos = nanos;
  }

  /** Sets the creation time. */
  public void setBirthTime(long seconds, int nanos) {
    birthSeconds = seconds;
    birthNanos = nanos;
  }

  /** Sets {@link FileAttributes#fileId()}. */
  public void setFileId(long id) {
    fileId = id;
  }

  /** Sets {@link FileAttributes#version()}. */
  public void setVersion(long stamp) {
    version = stamp;
  }
}
