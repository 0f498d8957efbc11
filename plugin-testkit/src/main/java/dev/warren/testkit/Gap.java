package dev.warren.testkit;

/**
 * What a file system, or the protocol through which it is accessed, inherently does not support.
 * The case of {@link FileSystemContract} about such a feature is not skipped: it checks for the
 * result that is documented here, so that a gap that has been closed is noticed.
 */
public enum Gap {
  /** {@code link} fails with EOPNOTSUPP. */
  HARD_LINKS,
  /** {@code symlink} fails with EOPNOTSUPP. */
  SYMBOLIC_LINKS,
  /** {@code mknod} fails with EOPNOTSUPP. */
  SPECIAL_FILES,
  /** Operations on extended attributes fail with EOPNOTSUPP. */
  XATTRS,
  /**
   * Attributes cannot be changed: EOPNOTSUPP or EPERM. The size can be changed through an open
   * file.
   */
  SET_ATTRIBUTES,
  /** Owner and group cannot be changed: EOPNOTSUPP or EPERM. */
  OWNERSHIP,
  /** Set-uid, set-gid and sticky bits cannot be set: dropped, EOPNOTSUPP or EPERM. */
  SPECIAL_BITS,
  /** A write keeps set-uid and set-gid bits, as for a process with CAP_FSETID on Linux. */
  SET_ID_CLEARING,
  /** Times are stored with a lower resolution than a nanosecond, at worst a second. */
  NANOSECONDS,
  /** Times before 1970 and after 2106 are refused or are returned as other values. */
  TIMES_OUTSIDE_32_BITS,
  /** The times of a symbolic link cannot be changed: EOPNOTSUPP. */
  LINK_TIMES,
  /** Names that are not UTF-8 are refused with EILSEQ or EINVAL. */
  INVALID_UTF8_NAMES,
  /** A hole uses as much space as data: offsets beyond the free space are ENOSPC or EFBIG. */
  SPARSE_FILES,
  /** A file that is open and unlinked can be read and written, but has no attributes: ENOENT. */
  UNLINKED_ATTRIBUTES,
  /** An operation on an open directory that was renamed or removed fails with ENOENT. */
  DIRECTORY_HANDLES,
  /** {@code find} returns no handle. */
  FILE_HANDLES,
  /** {@code rename} without {@code replace} fails with EOPNOTSUPP. */
  RENAME_NOREPLACE,
  /** {@link dev.warren.api.FileAttributes#linkCount()} is always 1. */
  LINK_COUNT,
  /** {@link dev.warren.api.FileAttributes#fileId()} is not reported, or not stable. */
  FILE_ID,
  /** {@link dev.warren.api.FileAttributes#blocks()} is 0 or ignores holes. */
  BLOCKS,
  /** {@link dev.warren.api.FileAttributes#changeTime()} is not reported. */
  CHANGE_TIME,
  /** {@link dev.warren.api.FileAttributes#version()} is 0 or depends only on the time. */
  VERSION,
  /** {@code copyTo} between two handles of one file does not refuse overlapping ranges. */
  COPY_OVERLAP,
  /** {@code statfs} returns {@link dev.warren.api.FileSystemStats#EMPTY}. */
  STATFS
}
