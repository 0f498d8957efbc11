package dev.warren.sftp.wire;

import java.io.IOException;

/** What carries replies: the way out of an SSH channel. For one thread at a time. */
public interface Transport {
  /** How many bytes one transport packet may carry, at least 1. */
  int packetSize();

  /**
   * Whether the longest of small replies and a full packet after it would leave without a wait for
   * the client to allow it.
   */
  boolean hasRoom();

  /**
   * Room for a transport packet's content.
   *
   * @param size bytes, 1 to {@link #packetSize()}
   */
  Frame allocate(int size) throws IOException;

  /**
   * Sends the start of a frame, which is not the caller's any more. Waits while the client takes
   * nothing.
   *
   * @param length bytes from the frame's start on, 1 to its size
   * @throws IOException if the channel is closed
   */
  void send(Frame frame, int length) throws IOException;

  /** Waits until nothing that was sent waits for the client to take it any more. */
  default void awaitSent() throws IOException {}

  /** A frame will not be sent. */
  default void drop(Frame frame) {}

  /** What has been sent are whole replies: from here on those of another writer may follow. */
  default void betweenReplies() {}

  /**
   * Room inside a transport packet, so that content is written where it will be sent from.
   *
   * @param array where
   * @param offset of the first byte
   * @param size bytes
   * @param packet what the transport knows it by
   */
  @SuppressWarnings("ArrayRecordComponent") // shared on purpose, and never compared
  record Frame(byte[] array, int offset, int size, Object packet) {}
}
