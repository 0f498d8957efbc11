package dev.warren.ninep.session;

import dev.warren.api.FileHandle;

/**
 * A file that was found, shared by the fids that were cloned from each other. For the event loop
 * only.
 */
public final class Found {
  private final FileHandle handle;
  private int users = 1;

  /**
   * @param handle is closed with the last user
   */
  Found(FileHandle handle) {
    this.handle = handle;
  }

  FileHandle handle() {
    return handle;
  }

  /** For another fid. */
  Found shared() {
    users++;
    return this;
  }

  /** Ends one use. */
  public void release() {
    if (--users == 0) {
      handle.close();
    }
  }
}
