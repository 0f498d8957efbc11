package dev.warren.api.synthetic;

import java.nio.ByteBuffer;

/** Reads the content that exists at the time of each read. */
record GrowingReading(GrowingContent content) implements Reading {
  @Override
  public int read(ByteBuffer target, long offset) {
    return content.read(target, offset);
  }

  @Override
  public long size(long otherwise) {
    return content.size();
  }

  @Override
  public boolean waits() {
    return false;
  }

  @Override
  public void close(boolean finished) {}
}
