package dev.warren.testkit;

/**
 * What a file system, or the protocol it is seen through, lacks by nature. A case of {@link
 * FileSystemContract} about such a thing is not left out: it checks that the answer is the one that
 * stands here, so that a gap that was closed is noticed.
 */
public enum Gap {
  /** {@code link} answers EOPNOTSUPP. */
  HARD_LINKS,
  /** {@code symlink} answers EOPNOTSUPP. */
  SYMBOLIC_LINKS,
  /** {@code mknod} answers EOPNOTSUPP. */
  SPECIAL_FILES,
  /** Extended attributes answer EOPNOTSUPP. */
  XATTRS,
  /** Attributes cannot be changed: EOPNOTSUPP or EPERM. The size can, through an open file. */
  SET_ATTRIBUTES,
  /** Owner and group cannot be changed: EOPNOTSUPP or EPERM. */
  OWNERSHIP,
  /** Set-uid, set-gid and sticky bits cannot be set: dropped, EOPNOTSUPP or EPERM. */
  SPECIAL_BITS,
  /** A write keeps set-uid and set-gid bits, as for a process with CAP_FSETID on Linux. */
  SET_ID_CLEARING,
  /** Times are kept to something coarser than a nanosecond, at worst a second. */
  NANOSECONDS,
  /** Times before 1970 and after 2106 are refused or come back as something else. */
  TIMES_OUTSIDE_32_BITS,
  /** The times of a symbolic link cannot be changed: EOPNOTSUPP. */
  LINK_TIMES,
  /** Names that are not UTF-8 are refused with EILSEQ or EINVAL. */
  INVALID_UTF8_NAMES,
  /** A hole takes as much space as data: offsets past the free space are ENOSPC or EFBIG. */
  SPARSE_FILES,
  /** A file that is open and unlinked can be read and written, but has no attributes: ENOENT. */
  UNLINKED_ATTRIBUTES,
  /** An open directory that was renamed or removed answers ENOENT. */
  DIRECTORY_HANDLES,
  /** {@code find} gives no handle. */
  FILE_HANDLES,
  /** {@code rename} without {@code replace} answers EOPNOTSUPP. */
  RENAME_NOREPLACE,
  /** {@link dev.warren.api.FileAttributes#linkCount()} is 1 whatever it is. */
  LINK_COUNT,
  /** {@link dev.warren.api.FileAttributes#fileId()} is not told, or not kept. */
  FILE_ID,
  /** {@link dev.warren.api.FileAttributes#blocks()} is 0 or does not know of holes. */
  BLOCKS,
  /** {@link dev.warren.api.FileAttributes#changeTime()} is not told. */
  CHANGE_TIME,
  /** {@link dev.warren.api.FileAttributes#version()} is 0 or follows the time only. */
  VERSION,
  /** {@code copyTo} between two handles of one file does not refuse ranges that overlap. */
  COPY_OVERLAP,
  /** {@code statfs} answers {@link dev.warren.api.FileSystemStats#EMPTY}. */
  STATFS
}
