package dev.warren.gptfs.http;

import dev.warren.api.FsException;
import dev.warren.gptfs.memory.ContentMemory;

/**
 * Charges memory for an answer while it is received, ahead of the bytes and in steps. An answer is
 * in memory several times: as received, as JSON, as text, and as what is written to the store.
 */
public final class AnswerMemory {
  private static final int COPIES = 4;
  private static final long STEP = 64 << 10;

  /**
   * Bytes to charge before the call, enough for an answer of usual length: calls that had to charge
   * while they receive could all wait for memory that the others hold.
   */
  public static final long IN_ADVANCE = 2 * COPIES * STEP;

  private final ContentMemory.Charge memory;
  private long room = IN_ADVANCE / COPIES;

  /**
   * @param memory the charge, which already contains {@link #IN_ADVANCE}
   */
  AnswerMemory(ContentMemory.Charge memory) {
    this.memory = memory;
  }

  /**
   * Charges memory once this number of bytes is received and more may follow. Blocks while the
   * memory is in use.
   *
   * @throws FsException as {@link ContentMemory.Charge#add}
   */
  void grownTo(long bytes) throws FsException {
    while (room < bytes + STEP) {
      // The steps grow with the answer, so that a long one is charged only a few times.
      long step = Math.max(STEP, room / 2);
      memory.add(step * COPIES);
      room += step;
    }
  }
}
