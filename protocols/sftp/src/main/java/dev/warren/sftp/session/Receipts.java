package dev.warren.sftp.session;

import java.io.IOException;

/**
 * Tells the client how much it may send in the place of what has been handled, in large steps. For
 * who has the row, and for who has its lock while that one waits.
 */
final class Receipts {
  /** How much is handled before the client is told that it may send as much again. */
  private static final int STEP = 256 * 1024;

  private final Surroundings around;
  private long handled; // and not released yet

  Receipts(Surroundings around) {
    this.around = around;
  }

  /** So many bytes have been handled; they are released with others. */
  void add(int bytes) {
    handled += bytes;
  }

  /** So many bytes have been handled. */
  void passed(int bytes) throws IOException {
    add(bytes);
    if (handled >= STEP) {
      release();
    }
  }

  /** Tells the client of all. */
  void release() throws IOException {
    if (handled > 0) {
      long released = handled;
      handled = 0;
      around.release(released);
    }
  }
}
