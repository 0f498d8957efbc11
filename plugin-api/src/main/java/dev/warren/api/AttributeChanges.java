package dev.warren.api;

import org.jspecify.annotations.Nullable;

/**
 * Which attributes of a file to change; null leaves one as it is. A file system applies all of them
 * or, where that is not possible, in the order size, owner, permissions, times, and fails at the
 * first that it cannot apply.
 *
 * @param permissions new permission bits, 0 to 07777, as chmod(2)
 * @param uid new owner, as lchown(2)
 * @param gid new group, as lchown(2)
 * @param size new size, as truncate(2), at least 0
 * @param accessTime new time of access, as utimensat(2)
 * @param modifyTime new time of change, as utimensat(2)
 */
public record AttributeChanges(
    @Nullable Integer permissions,
    @Nullable Integer uid,
    @Nullable Integer gid,
    @Nullable Long size,
    @Nullable TimeChange accessTime,
    @Nullable TimeChange modifyTime) {
  /** Changes nothing. */
  public static final AttributeChanges NONE =
      new AttributeChanges(null, null, null, null, null, null);

  /** Whether there is nothing to change. */
  public boolean isEmpty() {
    return equals(NONE);
  }

  /** These changes and new permission bits. */
  public AttributeChanges withPermissions(int bits) {
    return new AttributeChanges(
        bits & FileAttributes.PERMISSION_MASK, uid, gid, size, accessTime, modifyTime);
  }

  /** These changes and a new owner; null leaves the owner. */
  public AttributeChanges withOwner(@Nullable Integer newUid, @Nullable Integer newGid) {
    return new AttributeChanges(permissions, newUid, newGid, size, accessTime, modifyTime);
  }

  /** These changes and a new size. */
  public AttributeChanges withSize(long bytes) {
    return new AttributeChanges(permissions, uid, gid, bytes, accessTime, modifyTime);
  }

  /** These changes and new times; null leaves one. */
  public AttributeChanges withTimes(@Nullable TimeChange access, @Nullable TimeChange modify) {
    return new AttributeChanges(permissions, uid, gid, size, access, modify);
  }
}
