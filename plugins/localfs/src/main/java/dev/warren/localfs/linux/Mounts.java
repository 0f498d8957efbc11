package dev.warren.localfs.linux;

import dev.warren.api.FsException;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What is mounted below the directory. Mount points are entered, as users of a directory expect,
 * but for those of the {@linkplain dev.warren.localfs.common.KernelTrees kernel's own}.
 *
 * <p>To ask a file system for its type may take a way over the network. What was answered is kept
 * for as long as a mount's number stands for one mount only. Without locks, at which no thread may
 * wait with a caller's rights.
 */
final class Mounts {
  private static final int KNOWN = 64;

  private final long own;
  private final AtomicLongArray known = new AtomicLongArray(KNOWN);

  private Mounts(long own) {
    this.own = own;
  }

  /** For a directory with this descriptor. */
  static Mounts below(Scratch s, int root) throws FsException {
    LinuxErrors.check(s.stat.load(s, root));
    return new Mounts(s.stat.mount());
  }

  /** Whether the file that was {@linkplain StatBuffer#load loaded} is in the directory's mount. */
  boolean isOwn(StatBuffer stat) {
    return stat.mount() == own && own != 0;
  }

  /** Whether the mount may be entered that holds the file of a descriptor. */
  boolean isServed(Scratch s, int fd) {
    boolean unique = s.stat.loadMount(s, fd) >= 0 && s.stat.isMountUnique();
    long mount = s.stat.mount();
    int slot = (int) mount & (KNOWN - 1);
    long answer = known.get(slot);
    if (unique && answer >> 1 == mount) {
      return (answer & 1) != 0;
    }
    boolean served = Attributes.kind(s, fd) != StorageKind.KERNEL;
    if (unique) {
      known.set(slot, mount << 1 | (served ? 1 : 0));
    }
    return served;
  }
}
