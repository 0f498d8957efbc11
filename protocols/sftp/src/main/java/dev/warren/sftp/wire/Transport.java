package dev.warren.sftp.wire;

import java.io.IOException;

/** The carrier of replies: the outgoing side of an SSH channel. For one thread at a time. */
public interface Transport {
  /** Maximum number of bytes in one transport packet, at least 1. */
  int packetSize();

  /**
   * Whether the longest small reply followed by a full packet can be sent without waiting for the
   * client's window.
   */
  boolean hasRoom();

  /**
   * Allocates a frame for a transport packet's content.
   *
   * @param size bytes, 1 to {@link #packetSize()}
   */
  Frame allocate(int size) throws IOException;

  /**
   * Sends the start of a frame, which the caller must not use any more. Blocks while the client
   * does not read.
   *
   * @param length bytes from the frame's start on, 1 to its size
   * @throws IOException if the channel is closed
   */
  void send(Frame frame, int length) throws IOException;

  /** Waits until the socket has taken everything that was sent. */
  default void awaitSent() throws IOException {}

  /** Releases a frame that will not be sent. */
  default void drop(Frame frame) {}

  /** Marks that only complete replies have been sent: those of another writer may follow. */
  default void betweenReplies() {}

  /**
   * The part of a transport packet that the content is written to, so that it is sent without
   * copying.
   *
   * @param array the array
   * @param offset the offset of the first byte
   * @param size bytes
   * @param packet the transport's own object
   */
  @SuppressWarnings("ArrayRecordComponent") // shared on purpose, and never compared
  record Frame(byte[] array, int offset, int size, Object packet) {}
}
