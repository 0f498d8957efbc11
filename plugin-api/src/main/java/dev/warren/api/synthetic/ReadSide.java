package dev.warren.api.synthetic;

import dev.warren.api.FsException;

/** What a file gives to readers. */
sealed interface ReadSide {
  /**
   * Begins to read.
   *
   * @param immediate whether the plugin's functions do not wait
   */
  Reading open(boolean immediate) throws FsException;

  /** Whether the content is made when the file is opened, which may wait. */
  default boolean isMadeAtOpen() {
    return true;
  }

  /** The same bytes for everyone. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Constant(byte[] content) implements ReadSide {
    @Override
    public Reading open(boolean immediate) {
      return new Snapshot(content);
    }

    @Override
    public boolean isMadeAtOpen() {
      return false;
    }

    /** A stamp that other content is unlikely to have, and 0 not at all. */
    long version() {
      return Ids.hash(content);
    }
  }

  /** Bytes made for each reader. */
  record Computed(Source<byte[]> source) implements ReadSide {
    @Override
    public Reading open(boolean immediate) throws FsException {
      return new Snapshot(PluginCalls.get(source));
    }
  }

  /** The same content for everyone, as it is at each moment. */
  record Growing(GrowingContent content) implements ReadSide {
    @Override
    public Reading open(boolean immediate) {
      return new GrowingReading(content);
    }
  }

  /** Bytes made when a reader begins to read. */
  record Delivered(Source<? extends Delivery> source) implements ReadSide {
    @Override
    public Reading open(boolean immediate) {
      return new DeliveredReading(source, !immediate);
    }

    @Override
    public boolean isMadeAtOpen() {
      return false;
    }
  }

  /** A stream for each reader. */
  record Streamed(Source<? extends SyntheticStream> source) implements ReadSide {
    @Override
    public Reading open(boolean immediate) throws FsException {
      return new StreamReading(PluginCalls.get(source));
    }
  }
}
