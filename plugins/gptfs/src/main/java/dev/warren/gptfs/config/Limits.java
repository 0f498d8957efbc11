package dev.warren.gptfs.config;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import java.util.Locale;

/**
 * The limits beyond which files are refused.
 *
 * @param queued how many jobs may not have ended
 * @param queuedBytes how many bytes of input they may have together
 * @param request how many bytes a file may have that is not a batch
 * @param batch how many bytes a batch file may have
 */
public record Limits(int queued, long queuedBytes, long request, long batch) {
  /** Whether a file is a batch, by its name. */
  public static boolean isBatch(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".jsonl") || lower.endsWith(".ndjson");
  }

  /** The most bytes of a file; one with a temporary name may be renamed to either kind. */
  public long forFile(String name, boolean eligible) {
    return !eligible ? Math.max(request, batch) : isBatch(name) ? batch : request;
  }

  /**
   * Refuses a file that would be sent and is too large.
   *
   * @throws FsException EFBIG
   */
  public void checkFile(VfsPath path, long size) throws FsException {
    if (size > forFile(path.name(), true)) {
      throw new FsException(Errno.EFBIG, path);
    }
  }
}
