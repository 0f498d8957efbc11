package dev.warren.bench.sftp;

import java.util.Locale;

/** What is asked for again and again. */
enum Workload {
  /** Attributes of a file by its path. */
  STAT,
  /** Blocks of 255 KiB of a file of 64 MiB, one after the other. */
  READ,
  /** The same, written. */
  WRITE,
  /** 4 KiB somewhere in a file of 64 MiB. */
  RANDREAD,
  /** The same, written. */
  RANDWRITE,
  /** A file of 4 KiB: opened, read and closed. */
  SMALLGET,
  /** A file of 4 KiB: created, written and closed, over the one before it. */
  SMALLPUT,
  /** A file created, closed and removed. */
  CREATE;

  static Workload of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
