package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.job.Counts;
import dev.warren.gptfs.job.Usage;
import dev.warren.gptfs.store.Line;
import java.util.List;

/**
 * Gives this host lines of one revision of a batch to send, and stores their results. Thread-safe.
 */
interface LineSource {
  /**
   * The progress of a batch.
   *
   * @param lost whether a line's host has died, and no other host has claimed the line
   * @param unclear whether a line may have been paid for twice
   */
  record Progress(Counts counts, Usage usage, boolean lost, boolean unclear) {
    boolean isDone() {
      return counts.completed() + counts.failed() == counts.total();
    }
  }

  /** Claims lines for this host, in order; returns an empty list if there are none. */
  List<Line> claim(int most) throws FsException;

  /**
   * Stores a line's result, and claims more lines.
   *
   * @param part the result in its stored form
   * @param tells whether to notify the batch's owner, because that may be another host
   * @param most the largest number of lines to claim
   * @return the claimed lines
   * @throws dev.warren.gptfs.store.JobStore.LostJobException if the result is not accepted any more
   */
  List<Line> keep(Line line, boolean answer, byte[] part, Usage used, boolean tells, int most)
      throws FsException;

  /** Notifies the host that owns the batch of a result. */
  void announce() throws FsException;

  /** Records that a call for a line may have been billed without a result. */
  void unclear(Line line) throws FsException;

  /** Releases claimed lines that have no in-flight call. */
  void release(List<Line> lines) throws FsException;

  /** The progress of the batch on all hosts. */
  Progress progress() throws FsException;
}
