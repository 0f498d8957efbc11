package dev.warren.localfs.common;

/** The ids and version stamps of files, as clients see them. */
public final class Numbering {
  private Numbering() {}

  /**
   * Returns a file's id. On the device of the root, it is the inode number, which survives a
   * restart; for files of file systems that are mounted below, it is a hash of device and inode.
   * Hashes have the highest bit set, which inode numbers do not.
   */
  public static long fileId(long rootDevice, long device, long inode) {
    return device == rootDevice ? inode : Long.MIN_VALUE | mix(mix(device) + inode);
  }

  /**
   * Returns a stamp of a file's content. The kernel does not expose a change counter, but every
   * change updates the change time; the modification time and the size make it less likely that two
   * changes within one tick of the clock get the same stamp. Never 0.
   */
  public static long version(
      long modifySeconds, int modifyNanos, long changeSeconds, int changeNanos, long size) {
    long stamp = mix(changeSeconds * 1_000_000_000L + changeNanos);
    stamp = mix(stamp + modifySeconds * 1_000_000_000L + modifyNanos);
    stamp = mix(stamp + size);
    return stamp == 0 ? 1 : stamp;
  }

  /**
   * The finalizer of SplitMix64: a bijection in which each output bit depends on all input bits.
   */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
