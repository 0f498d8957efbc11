package dev.warren.gptfs.config;

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
}
