package dev.warren.api.synthetic;

import dev.warren.api.FsException;

/** What a file gives to readers. */
sealed interface ReadSide {
  /** Begins to read. */
  Reading open() throws FsException;

  /** The same bytes for everyone. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Constant(byte[] content) implements ReadSide {
    @Override
    public Reading open() {
      return new Snapshot(content);
    }

    /** A stamp that other content is unlikely to have, and 0 not at all. */
    long version() {
      return Ids.hash(content);
    }
  }

  /** Bytes made for each reader. */
  record Computed(Source<byte[]> source) implements ReadSide {
    @Override
    public Reading open() throws FsException {
      return new Snapshot(PluginCalls.get(source));
    }
  }

  /** The same content for everyone, as it is at each moment. */
  record Growing(GrowingContent content) implements ReadSide {
    @Override
    public Reading open() {
      return new GrowingReading(content);
    }
  }

  /** A stream for each reader. */
  record Streamed(Source<? extends SyntheticStream> source) implements ReadSide {
    @Override
    public Reading open() throws FsException {
      return new StreamReading(PluginCalls.get(source));
    }
  }
}
