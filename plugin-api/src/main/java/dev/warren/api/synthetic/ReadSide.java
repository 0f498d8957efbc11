package dev.warren.api.synthetic;

import dev.warren.api.FsException;

/** What a file gives to readers. */
sealed interface ReadSide {
  /**
   * Begins to read.
   *
   * @param immediate whether the plugin's functions do not wait
   * @param charge takes the memory of what is made for this reader
   */
  Reading open(boolean immediate, Charge charge) throws FsException;

  /** Whether the content is made when the file is opened, which may wait. */
  default boolean isMadeAtOpen() {
    return true;
  }

  /** The same bytes for everyone. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Constant(byte[] content) implements ReadSide {
    @Override
    public Reading open(boolean immediate, Charge charge) {
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
    public Reading open(boolean immediate, Charge charge) throws FsException {
      byte[] content = PluginCalls.get(source);
      charge.take(content.length);
      return new Snapshot(content);
    }
  }

  /** The same content for everyone, as it is at each moment. */
  record Growing(GrowingContent content) implements ReadSide {
    @Override
    public Reading open(boolean immediate, Charge charge) {
      return new GrowingReading(content);
    }
  }

  /** Bytes made when a reader begins to read. */
  record Delivered(Source<? extends Delivery> source) implements ReadSide {
    @Override
    public Reading open(boolean immediate, Charge charge) {
      return new DeliveredReading(source, !immediate, charge);
    }

    @Override
    public boolean isMadeAtOpen() {
      return false;
    }
  }

  /** A stream for each reader. */
  record Streamed(Source<? extends SyntheticStream> source) implements ReadSide {
    @Override
    public Reading open(boolean immediate, Charge charge) throws FsException {
      return new StreamReading(PluginCalls.get(source));
    }
  }
}
