package dev.warren.api.synthetic;

import dev.warren.api.FsException;

/** The source of a file's content for readers. */
sealed interface ReadSide {
  /**
   * Begins to read.
   *
   * @param nonBlocking whether the plugin's functions are non-blocking
   * @param charge charged for memory that is allocated for this reader
   */
  Reading open(boolean nonBlocking, Charge charge) throws FsException;

  /** Whether the content is produced when the file is opened, which may block. */
  default boolean isMadeAtOpen() {
    return true;
  }

  /** The same bytes for every reader. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Constant(byte[] content) implements ReadSide {
    @Override
    public Reading open(boolean nonBlocking, Charge charge) {
      return new Snapshot(content);
    }

    @Override
    public boolean isMadeAtOpen() {
      return false;
    }

    /** A stamp that is unlikely to be the same for other content, and never 0. */
    long version() {
      return Ids.hash(content);
    }
  }

  /** Bytes that are computed for each reader. */
  record Computed(Source<byte[]> source) implements ReadSide {
    @Override
    public Reading open(boolean nonBlocking, Charge charge) throws FsException {
      byte[] content = PluginCalls.get(source);
      charge.take(content.length);
      return new Snapshot(content);
    }
  }

  /** Content that grows, shared by all readers. */
  record Growing(GrowingContent content) implements ReadSide {
    @Override
    public Reading open(boolean nonBlocking, Charge charge) {
      return new GrowingReading(content);
    }
  }

  /** Bytes that are requested when a reader begins to read. */
  record Delivered(Source<? extends Delivery> source) implements ReadSide {
    @Override
    public Reading open(boolean nonBlocking, Charge charge) {
      return new DeliveredReading(source, !nonBlocking, charge);
    }

    @Override
    public boolean isMadeAtOpen() {
      return false;
    }
  }
}
