package dev.warren.memfs;

import dev.warren.api.Errno;
import dev.warren.api.FileNames;
import dev.warren.api.FileType;
import dev.warren.api.FsException;

/** A symbolic link. Thread-safe. */
final class SymbolicLink extends Inode {
  private static final int MAX_BYTES = 4095;

  private final String target;

  /** The caller has charged for an inode, and {@link #charge}. */
  SymbolicLink(Volume volume, Owner owner, String target, int targetBytes) {
    super(volume, FileType.SYMBOLIC_LINK, 0777, owner);
    this.target = target;
    update(b -> b.size(targetBytes).blocks(0));
  }

  String target() {
    return target;
  }

  @Override
  void discard() {
    super.discard();
    volume().space().giveBack(charge(target));
  }

  /** The charge for a target, in addition to the inode. */
  static long charge(String target) {
    return 2L * target.length();
  }

  /**
   * Returns a target's length in bytes.
   *
   * @throws FsException ENOENT if it is empty, ENAMETOOLONG, EINVAL if it contains NUL, EILSEQ
   */
  static int checkedLength(String target) throws FsException {
    int length = FileNames.encodedLength(target);
    if (length == 0) {
      throw new FsException(Errno.ENOENT);
    }
    if (length > MAX_BYTES) {
      throw new FsException(Errno.ENAMETOOLONG);
    }
    if (target.indexOf('\0') >= 0) {
      throw new FsException(Errno.EINVAL);
    }
    return length;
  }
}
