package dev.warren.localfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.localfs.common.Numbering;
import java.lang.foreign.MemorySegment;

/** A struct statx, as defined in include/uapi/linux/stat.h. */
final class StatBuffer {
  /** STATX_MNT_ID, since Linux 5.8, and STATX_MNT_ID_UNIQUE, since 6.8, which replaces it. */
  private static final long MOUNT_ID = 0x1000;

  private static final long UNIQUE_MOUNT_ID = 0x4000;

  /** STATX_BASIC_STATS and STATX_BTIME. */
  private static final long EVERYTHING = 0xfff | MOUNT_ID | UNIQUE_MOUNT_ID;

  private static final long TYPE_AND_MODE = 3;

  /** STATX_NLINK, STATX_SIZE and STATX_BLOCKS. */
  private static final long EXTENT = 0x604;

  /** STATX_BTIME. */
  private static final int HAS_BIRTH = 0x800;

  /** STATX_ATTR_MOUNT_ROOT. */
  private static final long IS_MOUNT_ROOT = 0x2000;

  /** The unit of stx_blocks, whatever stx_blksize is. */
  private static final long BLOCK = 512;

  private static final long FILLED = 0;
  private static final long BLOCK_SIZE = 4;
  private static final long STATX_ATTRIBUTES = 8;
  private static final long LINKS = 16;
  private static final long UID = 20;
  private static final long GID = 24;
  private static final long MODE = 28;
  private static final long INODE = 32;
  private static final long SIZE = 40;
  private static final long BLOCKS = 48;
  private static final long ACCESS = 64;
  private static final long BIRTH = 80;
  private static final long CHANGE = 96;
  private static final long MODIFY = 112;
  private static final long RDEV = 128;
  private static final long DEVICE = 136;
  private static final long MOUNT = 144;

  private final MemorySegment memory;
  private final long address;
  private final AttributesBuffer attributes = new AttributesBuffer();

  StatBuffer(MemorySegment memory) {
    this.memory = memory;
    address = memory.address();
  }

  /** Loads all attributes of a descriptor's file. */
  long load(Scratch s, int fd) {
    return Syscalls.repeatable(
        s, SyscallNumbers.STATX, fd, s.empty(), Flags.AT_EMPTY_PATH, EVERYTHING, address);
  }

  /** Loads only type, mode, inode and device of a descriptor's file. */
  long loadMode(Scratch s, int fd) {
    return Syscalls.repeatable(
        s, SyscallNumbers.STATX, fd, s.empty(), Flags.AT_EMPTY_PATH, TYPE_AND_MODE, address);
  }

  /** Loads only the mount id of a descriptor's file, without network access. */
  long loadMount(Scratch s, int fd) {
    return Syscalls.repeatable(
        s,
        SyscallNumbers.STATX,
        fd,
        s.empty(),
        Flags.AT_EMPTY_PATH | Flags.AT_STATX_DONT_SYNC,
        MOUNT_ID | UNIQUE_MOUNT_ID,
        address);
  }

  /** Loads link count, size and blocks of a descriptor's file, without network access. */
  long loadExtent(Scratch s, int fd) {
    return Syscalls.repeatable(
        s,
        SyscallNumbers.STATX,
        fd,
        s.empty(),
        Flags.AT_EMPTY_PATH | Flags.AT_STATX_DONT_SYNC,
        EXTENT,
        address);
  }

  /** Loads all attributes of an entry of a directory, without following a symbolic link. */
  long load(Scratch s, int directory, long name) {
    return Syscalls.repeatable(
        s,
        SyscallNumbers.STATX,
        directory,
        name,
        Flags.AT_SYMLINK_NOFOLLOW | Flags.AT_NO_AUTOMOUNT,
        EVERYTHING,
        address);
  }

  FileType type() throws FsException {
    return FileType.ofMode(mode());
  }

  boolean isRegular() {
    return isType(FileType.REGULAR);
  }

  boolean isType(FileType type) {
    return (mode() & FileType.MASK) == type.modeBits();
  }

  /** st_mode. */
  int mode() {
    return memory.get(JAVA_SHORT, MODE) & 0xFFFF;
  }

  int uid() {
    return memory.get(JAVA_INT, UID);
  }

  long size() {
    return memory.get(JAVA_LONG, SIZE);
  }

  /** The size of the file or its allocated space, whichever is larger, in bytes. */
  long extent() {
    return Math.max(size(), memory.get(JAVA_LONG, BLOCKS) * BLOCK);
  }

  /** The creation time in nanoseconds since 1970, modulo 2^64; 0 if it is not known. */
  long birth() {
    return (memory.get(JAVA_INT, FILLED) & HAS_BIRTH) == 0
        ? 0
        : memory.get(JAVA_LONG, BIRTH) * 1_000_000_000 + memory.get(JAVA_INT, BIRTH + 8);
  }

  /** The link count. */
  int links() {
    return memory.get(JAVA_INT, LINKS);
  }

  long inode() {
    return memory.get(JAVA_LONG, INODE);
  }

  /** The number of the device that contains the file: the major number is in the upper half. */
  long device() {
    return ((long) memory.get(JAVA_INT, DEVICE) << 32)
        | (memory.get(JAVA_INT, DEVICE + 4) & 0xFFFF_FFFFL);
  }

  /** Sets only the device, where it is known without a system call. */
  void setDevice(long device) {
    memory.set(JAVA_INT, DEVICE, (int) (device >>> 32));
    memory.set(JAVA_INT, DEVICE + 4, (int) device);
  }

  /** The id of the mount in which the file was found; 0 if the kernel does not report it. */
  long mount() {
    return (memory.get(JAVA_INT, FILLED) & (MOUNT_ID | UNIQUE_MOUNT_ID)) == 0
        ? 0
        : memory.get(JAVA_LONG, MOUNT);
  }

  /** Whether the id in {@link #mount} will never be reused for another mount. */
  boolean isMountUnique() {
    return (memory.get(JAVA_INT, FILLED) & UNIQUE_MOUNT_ID) != 0;
  }

  /** Whether the file is the root of its mount. */
  boolean isMountRoot() {
    return (memory.get(JAVA_LONG, STATX_ATTRIBUTES) & IS_MOUNT_ROOT) != 0;
  }

  /** Returns the loaded attributes, for a file system whose root is on the given device. */
  FileAttributes attributes(long rootDevice) throws FsException {
    fill(attributes, rootDevice);
    return attributes.toAttributes();
  }

  /** Like {@link #attributes}, but fills a reusable buffer. */
  void fill(AttributesBuffer into, long rootDevice) throws FsException {
    long size = size();
    long modifySeconds = memory.get(JAVA_LONG, MODIFY);
    int modifyNanos = memory.get(JAVA_INT, MODIFY + 8);
    long changeSeconds = memory.get(JAVA_LONG, CHANGE);
    int changeNanos = memory.get(JAVA_INT, CHANGE + 8);
    into.setFile(type(), mode(), memory.get(JAVA_INT, LINKS));
    into.setOwner(uid(), memory.get(JAVA_INT, GID));
    into.setSize(size, memory.get(JAVA_LONG, BLOCKS), memory.get(JAVA_INT, BLOCK_SIZE));
    into.setDevice(memory.get(JAVA_INT, RDEV), memory.get(JAVA_INT, RDEV + 4));
    into.setAccessTime(memory.get(JAVA_LONG, ACCESS), memory.get(JAVA_INT, ACCESS + 8));
    into.setBirthTime(memory.get(JAVA_LONG, BIRTH), memory.get(JAVA_INT, BIRTH + 8));
    into.setModifyTime(modifySeconds, modifyNanos);
    into.setChangeTime(changeSeconds, changeNanos);
    into.setFileId(Numbering.fileId(rootDevice, device(), inode()));
    into.setVersion(
        Numbering.version(modifySeconds, modifyNanos, changeSeconds, changeNanos, size));
  }
}
