package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.job.Counts;
import dev.warren.gptfs.job.Usage;
import dev.warren.gptfs.store.Line;
import java.util.List;

/**
 * Where the lines of a revision of a batch come from that this host asks, and where their results
 * go. Thread-safe.
 */
interface LineSource {
  /**
   * How far the batch is.
   *
   * @param lost whether the host of a line has died, which no other has taken up
   * @param unclear whether a line may have been paid for twice
   */
  record Progress(Counts counts, Usage usage, boolean lost, boolean unclear) {
    boolean isDone() {
      return counts.completed() + counts.failed() == counts.total();
    }
  }

  /** Lines for this host, those before others first; an empty list if there are none. */
  List<Line> claim(int most) throws FsException;

  /**
   * Keeps a line's result.
   *
   * @param part as the store keeps it
   * @param tells whether another host may own the batch, and is to hear of it
   * @param most how many lines are wanted then
   * @return more lines for this host
   * @throws dev.warren.gptfs.store.JobStore.LostJobException if the result is of no more use
   */
  List<Line> keep(Line line, boolean answer, byte[] part, Usage used, boolean tells, int most)
      throws FsException;

  /** Tells the host that owns the batch that there is a result. */
  void tell() throws FsException;

  /** A call for a line may have been billed in vain. */
  void unclear(Line line) throws FsException;

  /** Gives lines back for which no call was made. */
  void release(List<Line> lines) throws FsException;

  /** How far the batch is, on all hosts. */
  Progress progress() throws FsException;
}
