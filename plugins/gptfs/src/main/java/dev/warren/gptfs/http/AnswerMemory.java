package dev.warren.gptfs.http;

import dev.warren.api.FsException;
import dev.warren.gptfs.memory.ContentMemory;

/**
 * Charges an answer as it comes, ahead of it and in steps. An answer is in memory several times on
 * its way: as it was received, as JSON, as text, and as what is written to the store.
 */
public final class AnswerMemory {
  private static final int COPIES = 4;
  private static final long STEP = 64 << 10;

  /**
   * What to charge before the call, for an answer of usual length: calls that all wait for memory
   * when their answers come would wait for each other.
   */
  public static final long IN_ADVANCE = 2 * COPIES * STEP;

  private final ContentMemory.Charge memory;
  private long room = IN_ADVANCE / COPIES;

  /**
   * @param memory in which {@link #IN_ADVANCE} is charged already
   */
  AnswerMemory(ContentMemory.Charge memory) {
    this.memory = memory;
  }

  /**
   * So many bytes of the answer are there, and more may come.
   *
   * @throws FsException if the memory for more cannot be had
   */
  void grownTo(long bytes) throws FsException {
    while (room < bytes + STEP) {
      // In steps that grow with the answer, so that a long one is charged a few times only.
      long step = Math.max(STEP, room / 2);
      memory.add(step * COPIES);
      room += step;
    }
  }
}
