package dev.warren.api.synthetic;

import java.nio.ByteBuffer;

/** The content that the file had when it was opened. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Snapshot(byte[] content) implements Reading {
  @Override
  public int read(ByteBuffer target, long offset) {
    if (offset >= content.length) {
      return 0;
    }
    int start = (int) offset;
    int count = Math.min(target.remaining(), content.length - start);
    target.put(content, start, count);
    return count;
  }

  @Override
  public long size(long otherwise) {
    return content.length;
  }

  @Override
  public boolean waits() {
    return false;
  }

  @Override
  public void close(boolean finished) {}
}
