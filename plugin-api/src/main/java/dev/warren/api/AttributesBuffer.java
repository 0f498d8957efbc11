package dev.warren.api;

/**
 * {@link FileAttributes} that are used again for one file after another, so that who asks for many
 * and keeps none makes no garbage: a front end that answers nothing but stat(2), say. Fields mean
 * what they mean there. Not for use by several threads.
 */
public final class AttributesBuffer {
  FileType type = FileType.REGULAR;
  int permissions;
  int uid;
  int gid;
  int linkCount;
  long size;
  long blocks;
  int blockSize;
  int deviceMajor;
  int deviceMinor;
  long accessSeconds;
  int accessNanos;
  long modifySeconds;
  int modifyNanos;
  long changeSeconds;
  int changeNanos;
  long birthSeconds;
  int birthNanos;
  long fileId;
  long version;

  /** A buffer that holds no file's attributes yet. */
  public AttributesBuffer() {}

  /** Takes all of a file's attributes. */
  public void set(FileAttributes a) {
    setFile(a.type(), a.permissions(), a.linkCount());
    setOwner(a.uid(), a.gid());
    setSize(a.size(), a.blocks(), a.blockSize());
    setDevice(a.deviceMajor(), a.deviceMinor());
    setAccessTime(a.accessSeconds(), a.accessNanos());
    setModifyTime(a.modifySeconds(), a.modifyNanos());
    setChangeTime(a.changeSeconds(), a.changeNanos());
    setBirthTime(a.birthSeconds(), a.birthNanos());
    setFileId(a.fileId());
    setVersion(a.version());
  }

  /** What it holds, to keep. */
  public FileAttributes toAttributes() {
    return new FileAttributes(this);
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

  /** As {@link FileAttributes#type()}. */
  public FileType type() {
    return type;
  }

  /** As {@link FileAttributes#isDirectory()}. */
  public boolean isDirectory() {
    return type == FileType.DIRECTORY;
  }

  /** As {@link FileAttributes#mode()}. */
  public int mode() {
    return type.modeBits() | permissions;
  }

  /** As {@link FileAttributes#uid()}. */
  public int uid() {
    return uid;
  }

  /** As {@link FileAttributes#gid()}. */
  public int gid() {
    return gid;
  }

  /** As {@link FileAttributes#linkCount()}. */
  public int linkCount() {
    return linkCount;
  }

  /** As {@link FileAttributes#size()}. */
  public long size() {
    return size;
  }

  /** As {@link FileAttributes#blocks()}. */
  public long blocks() {
    return blocks;
  }

  /** As {@link FileAttributes#blockSize()}. */
  public int blockSize() {
    return blockSize;
  }

  /** As {@link FileAttributes#deviceMajor()}. */
  public int deviceMajor() {
    return deviceMajor;
  }

  /** As {@link FileAttributes#deviceMinor()}. */
  public int deviceMinor() {
    return deviceMinor;
  }

  /** As {@link FileAttributes#accessSeconds()}. */
  public long accessSeconds() {
    return accessSeconds;
  }

  /** As {@link FileAttributes#accessNanos()}. */
  public int accessNanos() {
    return accessNanos;
  }

  /** As {@link FileAttributes#modifySeconds()}. */
  public long modifySeconds() {
    return modifySeconds;
  }

  /** As {@link FileAttributes#modifyNanos()}. */
  public int modifyNanos() {
    return modifyNanos;
  }

  /** As {@link FileAttributes#changeSeconds()}. */
  public long changeSeconds() {
    return changeSeconds;
  }

  /** As {@link FileAttributes#changeNanos()}. */
  public int changeNanos() {
    return changeNanos;
  }

  /** As {@link FileAttributes#birthSeconds()}. */
  public long birthSeconds() {
    return birthSeconds;
  }

  /** As {@link FileAttributes#birthNanos()}. */
  public int birthNanos() {
    return birthNanos;
  }

  /** As {@link FileAttributes#fileId()}. */
  public long fileId() {
    return fileId;
  }

  /** As {@link FileAttributes#version()}. */
  public long version() {
    return version;
  }
}
