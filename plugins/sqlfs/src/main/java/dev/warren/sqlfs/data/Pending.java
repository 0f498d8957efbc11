package dev.warren.sqlfs.data;

import dev.warren.sqlfs.inode.InodeRow;

/**
 * What has changed in an open file and is not in the database yet, as stat(2) is to show it.
 *
 * @param size of the file
 * @param stored how many bytes are to be stored more
 * @param fromNothing whether what is stored now does not count, since it is replaced
 * @param unprivileged whether set-id bits are gone
 */
record Pending(
    long size,
    long stored,
    boolean fromNothing,
    long modified,
    long version,
    boolean unprivileged) {
  InodeRow on(InodeRow row) {
    return new InodeRow(
        row.id(),
        row.type(),
        unprivileged ? InodeRow.withoutPrivileges(row.permissions()) : row.permissions(),
        row.uid(),
        row.gid(),
        row.links(),
        size,
        (fromNothing ? 0 : row.stored()) + stored,
        row.content(),
        row.accessed(),
        modified,
        Math.max(row.changed(), modified),
        row.born(),
        Math.max(row.version(), version),
        row.parent());
  }
}
