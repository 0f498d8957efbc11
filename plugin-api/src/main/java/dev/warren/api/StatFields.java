package dev.warren.api;

/** The fields of {@link FileAttributes} and of the buffer for them, and how both are read. */
abstract sealed class StatFields permits FileAttributes, AttributesBuffer {
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

  StatFields() {}

  final void copy(StatFields other) {
    type = other.type;
    permissions = other.permissions;
    uid = other.uid;
    gid = other.gid;
    linkCount = other.linkCount;
    size = other.size;
    blocks = other.blocks;
    blockSize = other.blockSize;
    deviceMajor = other.deviceMajor;
    deviceMinor = other.deviceMinor;
    accessSeconds = other.accessSeconds;
    accessNanos = other.accessNanos;
    modifySeconds = other.modifySeconds;
    modifyNanos = other.modifyNanos;
    changeSeconds = other.changeSeconds;
    changeNanos = other.changeNanos;
    birthSeconds = other.birthSeconds;
    birthNanos = other.birthNanos;
    fileId = other.fileId;
    version = other.version;
  }

  /** What the file is. */
  public final FileType type() {
    return type;
  }

  /** Whether the file is a directory. */
  public final boolean isDirectory() {
    return type == FileType.DIRECTORY;
  }

  /** Permission, set-uid, set-gid and sticky bits, 0 to 07777. */
  public final int permissions() {
    return permissions;
  }

  /** st_mode: type and permission bits. */
  public final int mode() {
    return type.modeBits() | permissions;
  }

  /** The owner's number, an unsigned 32-bit value. */
  public final int uid() {
    return uid;
  }

  /** The group's number, an unsigned 32-bit value. */
  public final int gid() {
    return gid;
  }

  /** How many names the file has; 0 for a file that is open and unlinked. */
  public final int linkCount() {
    return linkCount;
  }

  /** Bytes; for a symbolic link the length of its target. */
  public final long size() {
    return size;
  }

  /** Space taken, in units of 512 bytes. */
  public final long blocks() {
    return blocks;
  }

  /** The size in bytes that suits input and output; 0 where the file system has no opinion. */
  public final int blockSize() {
    return blockSize;
  }

  /** Major number of a device file. */
  public final int deviceMajor() {
    return deviceMajor;
  }

  /** Minor number of a device file. */
  public final int deviceMinor() {
    return deviceMinor;
  }

  /** Time of last access, seconds. */
  public final long accessSeconds() {
    return accessSeconds;
  }

  /** Time of last access, nanoseconds. */
  public final int accessNanos() {
    return accessNanos;
  }

  /** Time of last change of content, seconds. */
  public final long modifySeconds() {
    return modifySeconds;
  }

  /** Time of last change of content, nanoseconds. */
  public final int modifyNanos() {
    return modifyNanos;
  }

  /** Time of last change of content or attributes, seconds. */
  public final long changeSeconds() {
    return changeSeconds;
  }

  /** Time of last change of content or attributes, nanoseconds. */
  public final int changeNanos() {
    return changeNanos;
  }

  /** Time of creation, seconds; 0 with {@link #birthNanos()} 0 where unknown. */
  public final long birthSeconds() {
    return birthSeconds;
  }

  /** Time of creation, nanoseconds. */
  public final int birthNanos() {
    return birthNanos;
  }

  /**
   * The file's number: the same for every name of a file, different for every file that exists at
   * the same time in this file system, and kept over a rename. A file system that stores files
   * keeps it over a restart too.
   */
  public final long fileId() {
    return fileId;
  }

  /**
   * A stamp that changes whenever the content changes, also over restarts. 0 says that the content
   * is made when read or its size is not known before: clients must not cache it.
   */
  public final long version() {
    return version;
  }
}
