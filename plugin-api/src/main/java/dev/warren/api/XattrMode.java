package dev.warren.api;

/** How to set an extended attribute that may already exist, as the flags of setxattr(2). */
public enum XattrMode {
  /** Creates or replaces the attribute. */
  SET,
  /** Creates the attribute; EEXIST if it exists: XATTR_CREATE. */
  CREATE,
  /** Replaces the attribute; ENODATA if it does not exist: XATTR_REPLACE. */
  REPLACE
}
