package dev.warren.gptfs.config;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;

/**
 * What is refused.
 *
 * @param queued jobs that wait or run
 * @param queuedBytes their input
 * @param request bytes of one file, batches apart
 * @param batch bytes of one batch file
 */
public record Limits(int queued, long queuedBytes, long request, long batch) {
  /** The most bytes that a file of this name may have; a temporary name may become either kind. */
  public long forFile(String name, boolean eligible) {
    return !eligible ? Math.max(request, batch) : name.endsWith(".jsonl") ? batch : request;
  }

  /**
   * Refuses a file that would run and is too large.
   *
   * @throws FsException EFBIG
   */
  public void checkFile(VfsPath path, long size) throws FsException {
    if (size > forFile(path.name(), true)) {
      throw new FsException(Errno.EFBIG, path);
    }
  }
}
