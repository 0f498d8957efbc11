package dev.warren.sftp.session;

import java.io.IOException;

/**
 * Increases the client's window to replace what has been handled, in large steps. Used by the
 * thread that holds the queue and, while that thread is blocked, by the thread that holds the
 * queue's lock.
 */
final class Receipts {
  /** How many bytes are handled before the client may send as many again. */
  private static final int STEP = 256 * 1024;

  private final Surroundings around;
  private long handled; // bytes that were handled and not released yet

  Receipts(Surroundings around) {
    this.around = around;
  }

  /** Counts bytes that have been handled; they are released later, with others. */
  void add(int bytes) {
    handled += bytes;
  }

  /** Counts bytes that have been handled, and releases them if there are enough. */
  void passed(int bytes) throws IOException {
    add(bytes);
    if (handled >= STEP) {
      release();
    }
  }

  /** Releases all bytes that have been handled. */
  void release() throws IOException {
    if (handled > 0) {
      long released = handled;
      handled = 0;
      around.release(released);
    }
  }
}
