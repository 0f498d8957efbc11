package dev.warren.localfs.linux;

/** Flags of system calls, as defined in include/uapi/asm-generic and include/uapi/linux. */
final class Flags {
  static final long O_WRONLY = 01;
  static final long O_RDWR = 02;
  static final long O_CREAT = 0100;
  static final long O_EXCL = 0200;
  static final long O_NOCTTY = 0400;
  static final long O_TRUNC = 01000;
  static final long O_APPEND = 02000;
  static final long O_NONBLOCK = 04000;
  static final long O_SYNC = 04010000;
  static final long O_CLOEXEC = 02000000;
  static final long O_PATH = 010000000;
  static final long O_DIRECTORY = SyscallNumbers.pick(0200000, 040000);
  static final long O_NOFOLLOW = SyscallNumbers.pick(0400000, 0100000);
  static final long O_LARGEFILE = SyscallNumbers.pick(0100000, 0400000);

  static final long RESOLVE_NO_XDEV = 0x01;
  static final long RESOLVE_NO_MAGICLINKS = 0x02;
  static final long RESOLVE_NO_SYMLINKS = 0x04;
  static final long RESOLVE_BENEATH = 0x08;
  static final long RESOLVE_CACHED = 0x20;

  static final long AT_FDCWD = -100;
  static final long AT_SYMLINK_NOFOLLOW = 0x100;
  static final long AT_SYMLINK_FOLLOW = 0x400;
  static final long AT_REMOVEDIR = 0x200;
  static final long AT_NO_AUTOMOUNT = 0x800;
  static final long AT_EMPTY_PATH = 0x1000;
  static final long AT_STATX_DONT_SYNC = 0x4000;

  static final long RENAME_NOREPLACE = 1;
  static final long RWF_NOWAIT = 8;
  static final long XATTR_CREATE = 1;
  static final long XATTR_REPLACE = 2;
  static final long SEEK_SET = 0;

  private Flags() {}
}
