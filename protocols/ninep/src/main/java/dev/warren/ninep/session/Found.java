package dev.warren.ninep.session;

import dev.warren.api.FileHandle;

/** A file handle shared by fids that were cloned from each other. For the event loop only. */
public final class Found {
  private final FileHandle handle;
  private int users = 1;

  /**
   * @param handle closed by the last user
   */
  Found(FileHandle handle) {
    this.handle = handle;
  }

  FileHandle handle() {
    return handle;
  }

  /** Adds a user, for another fid. */
  Found shared() {
    users++;
    return this;
  }

  /** Removes a user. */
  public void release() {
    if (--users == 0) {
      handle.close();
    }
  }
}
