package dev.warren.api;

/**
 * {@link FileAttributes} that are used again for one file after another, so that who asks for many
 * and keeps none makes no garbage: a front end that answers nothing but stat(2), say. Fields mean
 * what they mean there. Not for use by several threads.
 */
public final class AttributesBuffer extends StatFields {
  /** A buffer that holds no file's attributes yet. */
  public AttributesBuffer() {}

  /** Takes all of a file's attributes. */
  public void set(FileAttributes a) {
    copy(a);
  }

  /** What it holds, to keep. */
  public FileAttributes toAttributes() {
    return FileAttributes.of(this);
  }

  /** Sets type, permission bits (others are dropped) and number of names. */
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

  /** Sets size in bytes, space in units of 512 bytes, and preferred size of input and output. */
  public void setSize(long bytes, long newBlocks, int newBlockSize) {
    size = bytes;
    blocks = newBlocks;
    blockSize = newBlockSize;
  }

  /** Sets the numbers of a device file. */
  public void setDevice(int major, int minor) {
    deviceMajor = major;
    deviceMinor = minor;
  }

  /** Sets the time of last access. */
  public void setAccessTime(long seconds, int nanos) {
    accessSeconds = seconds;
    accessNanos = nanos;
  }

  /** Sets the time of last change of content. */
  public void setModifyTime(long seconds, int nanos) {
    modifySeconds = seconds;
    modifyNanos = nanos;
  }

  /** Sets the time of last change of content or attributes. */
  public void setChangeTime(long seconds, int nanos) {
    changeSeconds = seconds;
    changeNanos = nanos;
  }

  /** Sets the time of creation. */
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
