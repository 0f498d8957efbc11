package dev.warren.sqlfs.data;

import dev.warren.sqlfs.inode.InodeRow;

/**
 * The changes of an open file that are not in the database yet, as stat(2) shows them.
 *
 * @param size of the file, in bytes
 * @param stored how many more bytes will be stored
 * @param fromNothing whether bytes that are stored now do not count, because they are replaced
 * @param unprivileged whether set-id bits are cleared
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
