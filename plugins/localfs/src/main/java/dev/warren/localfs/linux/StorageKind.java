package dev.warren.localfs.linux;

import dev.warren.localfs.common.KernelTrees;
import java.util.Set;

/** Where a file system stores its files, as far as it determines which operations block. */
enum StorageKind {
  /** In memory: no operation blocks. */
  MEMORY,
  /** On a local disk: operations that use only the kernel's caches do not block, changes may. */
  DISK,
  /**
   * On the network, in a user process, or unknown: every operation may block on another system or
   * process.
   */
  REMOTE,
  /** Not stored: the kernel itself. Not served. */
  KERNEL;

  // From include/uapi/linux/magic.h and the headers of the file systems.
  private static final Set<Long> IN_MEMORY = Set.of(0x01021994L, 0x858458f6L); // tmpfs, ramfs
  private static final Set<Long> ON_DISK =
      Set.of(
          0xEF53L, // ext2, ext3, ext4
          0x58465342L, // xfs
          0x9123683EL, // btrfs
          0xF2F52010L, // f2fs
          0x794c7630L, // overlayfs
          0x2fc12fc1L, // zfs
          0xca451a4eL, // bcachefs
          0x4d44L, // vfat
          0x2011BAB0L, // exfat
          0x7366746eL, // ntfs3
          0x3153464aL, // jfs
          0x52654973L, // reiserfs
          0x3434L, // nilfs2
          0x15013346L, // udf
          0x9660L, // iso9660
          0x73717368L, // squashfs
          0xE0F5E1E2L); // erofs

  /** Returns the kind of the file system with this statfs type. */
  static StorageKind of(long type) {
    long magic = type & 0xFFFF_FFFFL;
    if (KernelTrees.name(magic) != null) {
      return KERNEL;
    }
    return IN_MEMORY.contains(magic) ? MEMORY : ON_DISK.contains(magic) ? DISK : REMOTE;
  }
}
