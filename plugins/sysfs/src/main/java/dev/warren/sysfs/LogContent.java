package dev.warren.sysfs;

import dev.warren.admin.LogTail;
import dev.warren.api.synthetic.GrowingContent;
import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * The log as a file. When the host discards the oldest part, rarely and a large part at a time,
 * followers see the same as for a log file that is truncated in place.
 */
record LogContent(LogTail log) implements GrowingContent {
  @Override
  public long size() {
    return log.end() - log.start();
  }

  @Override
  public Instant modified() {
    return log.modified();
  }

  @Override
  public int read(ByteBuffer target, long offset) {
    long start = log.start();
    return offset >= log.end() - start ? 0 : log.read(start + offset, target);
  }
}
