package dev.warren.localfs.linux;

import dev.warren.api.FsException;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The file systems that are mounted below the directory. Mount points are entered, as users of a
 * directory expect, except those of the {@linkplain dev.warren.localfs.common.KernelTrees kernel's
 * own} file systems.
 *
 * <p>Querying the type of a file system may require network access. Results are cached if the
 * mount's id is unique over time. Without locks, for which a thread must not wait with a caller's
 * rights.
 */
final class Mounts {
  private static final int KNOWN = 64;

  private final long own;
  private final AtomicLongArray known = new AtomicLongArray(KNOWN);

  private Mounts(long own) {
    this.own = own;
  }

  /** Returns the mounts below the directory with this descriptor. */
  static Mounts below(Scratch s, int root) throws FsException {
    LinuxErrors.check(s.stat.load(s, root));
    return new Mounts(s.stat.mount());
  }

  /** Whether the {@linkplain StatBuffer#load loaded} file is in the directory's own mount. */
  boolean isOwn(StatBuffer stat) {
    return stat.mount() == own && own != 0;
  }

  /** Whether the mount that contains a descriptor's file may be entered. */
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
