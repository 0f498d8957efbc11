package dev.warren.localfs.common;

/** The numbers that clients know files and their versions by. */
public final class Numbering {
  private Numbering() {}

  /**
   * A file's number: its inode on the device of the root, which outlasts a restart, and for files
   * of file systems that are mounted below a mix of device and inode. Mixes have the highest bit,
   * which inode numbers do not have.
   */
  public static long fileId(long rootDevice, long device, long inode) {
    return device == rootDevice ? inode : Long.MIN_VALUE | mix(mix(device) + inode);
  }

  /**
   * A stamp of a file's content. The kernel tells user space of no counter of changes, but every
   * change moves the time of change; the time of content and the size make two changes within one
   * tick of its clock less likely to look the same. Never 0.
   */
  public static long version(
      long modifySeconds, int modifyNanos, long changeSeconds, int changeNanos, long size) {
    long stamp = mix(changeSeconds * 1_000_000_000L + changeNanos);
    stamp = mix(stamp + modifySeconds * 1_000_000_000L + modifyNanos);
    stamp = mix(stamp + size);
    return stamp == 0 ? 1 : stamp;
  }

  /** The finaliser of SplitMix64: a bijection in which each bit depends on all. */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
