package dev.warren.api;

/** What to do about an extended attribute that exists, as the flags of setxattr(2). */
public enum XattrMode {
  /** Create or replace. */
  SET,
  /** Create; EEXIST if it is there: XATTR_CREATE. */
  CREATE,
  /** Replace; ENODATA if it is not there: XATTR_REPLACE. */
  REPLACE
}
