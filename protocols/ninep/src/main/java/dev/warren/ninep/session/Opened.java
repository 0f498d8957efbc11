package dev.warren.ninep.session;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;

/** An open file or directory. */
public sealed interface Opened extends Handle permits OpenedFile, OpenedDirectory {
  /** The attributes, even if the file was renamed or removed. */
  FileAttributes stat(boolean mayBlock) throws FsException;

  /** As {@link #stat(boolean)}, but fills a reusable buffer. */
  void stat(AttributesBuffer into, boolean mayBlock) throws FsException;

  /** Changes attributes, even if the file was renamed or removed. */
  void setAttributes(AttributeChanges changes, boolean mayBlock) throws FsException;

  /** As fsync(2) or, with {@code dataOnly}, fdatasync(2). */
  void sync(boolean dataOnly, boolean mayBlock) throws FsException;

  /** Whether {@link #setAttributes} may change the size. */
  boolean writable();
}
