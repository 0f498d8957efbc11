package dev.warren.bench.sftp;

import java.util.Locale;

/** The operation that a worker repeats. */
enum Workload {
  /** Reads the attributes of a file by its path. */
  STAT,
  /** Reads blocks of 255 KiB of a file of 64 MiB in sequence. */
  READ,
  /** Writes the same blocks. */
  WRITE,
  /** Reads 4 KiB at a random place in a file of 64 MiB. */
  RANDREAD,
  /** Writes 4 KiB at a random place. */
  RANDWRITE,
  /** Opens, reads and closes a file of 4 KiB. */
  SMALLGET,
  /** Creates or truncates, writes and closes a file of 4 KiB. */
  SMALLPUT,
  /** Creates, closes and removes a file. */
  CREATE;

  static Workload of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
