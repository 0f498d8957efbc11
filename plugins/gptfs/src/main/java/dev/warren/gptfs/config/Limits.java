package dev.warren.gptfs.config;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import java.util.Locale;

/**
 * What is refused.
 *
 * @param queued jobs that wait or run
 * @param queuedBytes their input
 * @param request bytes of one file, batches apart
 * @param batch bytes of one batch file
 */
public record Limits(int queued, long queuedBytes, long request, long batch) {
  /** Whether a file is a batch, by its name. */
  public static boolean isBatch(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".jsonl") || lower.endsWith(".ndjson");
  }

  /** The most bytes that a file of this name may have; a temporary name may become either kind. */
  public long forFile(String name, boolean eligible) {
    return !eligible ? Math.max(request, batch) : isBatch(name) ? batch : request;
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
