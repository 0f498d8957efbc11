package dev.warren.api;

import org.jspecify.annotations.Nullable;

/**
 * Which attributes of a file to change; a null component leaves that attribute unchanged. A file
 * system applies all changes atomically or, where that is not possible, in the order size, owner,
 * permissions, times, and stops at the first change that fails.
 *
 * @param permissions new permission bits, 0 to 07777, as chmod(2)
 * @param uid new owner, as lchown(2)
 * @param gid new group, as lchown(2)
 * @param size new size, as truncate(2), at least 0
 * @param accessTime new access time, as utimensat(2)
 * @param modifyTime new modification time, as utimensat(2)
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

  /** Returns these changes with new permission bits. */
  public AttributeChanges withPermissions(int bits) {
    return new AttributeChanges(
        bits & FileAttributes.PERMISSION_MASK, uid, gid, size, accessTime, modifyTime);
  }

  /** Returns these changes with a new owner and group; null leaves that attribute unchanged. */
  public AttributeChanges withOwner(@Nullable Integer newUid, @Nullable Integer newGid) {
    return new AttributeChanges(permissions, newUid, newGid, size, accessTime, modifyTime);
  }

  /** Returns these changes with a new size. */
  public AttributeChanges withSize(long bytes) {
    return new AttributeChanges(permissions, uid, gid, bytes, accessTime, modifyTime);
  }

  /** Returns these changes with new times; null leaves that time unchanged. */
  public AttributeChanges withTimes(@Nullable TimeChange access, @Nullable TimeChange modify) {
    return new AttributeChanges(permissions, uid, gid, size, access, modify);
  }
}
