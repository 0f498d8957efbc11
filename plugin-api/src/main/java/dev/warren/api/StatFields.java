package dev.warren.api;

/** The fields of {@link FileAttributes} and of {@link AttributesBuffer}, and their accessors. */
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

  /** The type of the file. */
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

  /** The owner's uid, an unsigned 32-bit value. */
  public final int uid() {
    return uid;
  }

  /** The group's gid, an unsigned 32-bit value. */
  public final int gid() {
    return gid;
  }

  /** The link count: how many names the file has; 0 for a file that is open and unlinked. */
  public final int linkCount() {
    return linkCount;
  }

  /** The size in bytes; for a symbolic link, the length of its target. */
  public final long size() {
    return size;
  }

  /** The allocated space, in units of 512 bytes. */
  public final long blocks() {
    return blocks;
  }

  /** The preferred I/O size in bytes; 0 if the file system has no preference. */
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

  /** The access time, seconds. */
  public final long accessSeconds() {
    return accessSeconds;
  }

  /** The access time, nanoseconds. */
  public final int accessNanos() {
    return accessNanos;
  }

  /** The modification time (last change of content), seconds. */
  public final long modifySeconds() {
    return modifySeconds;
  }

  /** The modification time (last change of content), nanoseconds. */
  public final int modifyNanos() {
    return modifyNanos;
  }

  /** The change time (last change of content or attributes), seconds. */
  public final long changeSeconds() {
    return changeSeconds;
  }

  /** The change time (last change of content or attributes), nanoseconds. */
  public final int changeNanos() {
    return changeNanos;
  }

  /** The creation time, seconds; 0 together with {@link #birthNanos()} 0 if unknown. */
  public final long birthSeconds() {
    return birthSeconds;
  }

  /** The creation time, nanoseconds. */
  public final int birthNanos() {
    return birthNanos;
  }

  /**
   * The file's id, like an inode number: the same for every name of a file, unique among the files
   * that exist at the same time in this file system, and unchanged by a rename. A file system that
   * stores files also preserves it over a restart.
   */
  public final long fileId() {
    return fileId;
  }

  /**
   * A stamp that changes whenever the content changes, also over restarts. 0 means that the content
   * is produced when it is read, or that its size is not known in advance: clients must not cache
   * it.
   */
  public final long version() {
    return version;
  }
}
