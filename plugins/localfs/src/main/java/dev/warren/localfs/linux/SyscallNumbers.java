package dev.warren.localfs.linux;

/**
 * Numbers of system calls, which differ between processors (arch/x86/entry/syscalls/syscall_64.tbl,
 * include/uapi/asm-generic/unistd.h).
 */
final class SyscallNumbers {
  /** Whether the numbers and flags of this processor are known. */
  static final boolean KNOWN;

  private static final boolean ARM;

  static {
    String processor = System.getProperty("os.arch", "");
    ARM = processor.equals("aarch64");
    KNOWN = ARM || processor.equals("amd64") || processor.equals("x86_64");
  }

  static final long CLOSE = pick(3, 57);
  static final long LSEEK = pick(8, 62);
  static final long PREAD64 = pick(17, 67);
  static final long PWRITE64 = pick(18, 68);
  static final long FSYNC = pick(74, 82);
  static final long FDATASYNC = pick(75, 83);
  static final long FTRUNCATE = pick(77, 46);
  static final long FCHMOD = pick(91, 52);
  static final long GETEUID = pick(107, 175);
  static final long GETEGID = pick(108, 177);
  static final long GETGROUPS = pick(115, 158);
  static final long SETGROUPS = pick(116, 159);
  static final long SETFSUID = pick(122, 151);
  static final long SETFSGID = pick(123, 152);
  static final long CAPGET = pick(125, 90);
  static final long CAPSET = pick(126, 91);
  static final long FSTATFS = pick(138, 44);
  static final long SETXATTR = pick(188, 5);
  static final long GETXATTR = pick(191, 8);
  static final long LISTXATTR = pick(194, 11);
  static final long REMOVEXATTR = pick(197, 14);
  static final long GETDENTS64 = pick(217, 61);
  static final long MKDIRAT = pick(258, 34);
  static final long MKNODAT = pick(259, 33);
  static final long FCHOWNAT = pick(260, 54);
  static final long UNLINKAT = pick(263, 35);
  static final long LINKAT = pick(265, 37);
  static final long SYMLINKAT = pick(266, 36);
  static final long READLINKAT = pick(267, 78);
  static final long FCHMODAT = pick(268, 53);
  static final long UTIMENSAT = pick(280, 88);
  static final long RENAMEAT2 = pick(316, 276);
  static final long COPY_FILE_RANGE = pick(326, 285);
  static final long PREADV2 = pick(327, 286);
  static final long STATX = pick(332, 291);
  static final long OPENAT2 = 437;
  static final long FCHMODAT2 = 452;

  private SyscallNumbers() {}

  /** Returns the value for this processor, of a number or flag that differs between the two. */
  static long pick(long x86, long arm) {
    return ARM ? arm : x86;
  }
}
