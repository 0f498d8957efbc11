package dev.warren.api.synthetic;

import java.io.IOException;

/**
 * Content that is handed to one reader, once, and learns whether that reader received it: {@link
 * SyntheticFile#delivery}. Its provider keeps the content until {@link #accepted()} is called.
 * Called by one thread at a time.
 */
public interface Delivery {
  /** Returns a delivery that ignores its outcome. */
  static Delivery of(byte[] content) {
    return new Delivery() {
      @Override
      public byte[] content() {
        return content;
      }

      @Override
      public void accepted() {}

      @Override
      public void returned() {}
    };
  }

  /** Returns the bytes. Called once; the array then belongs to the file. */
  byte[] content();

  /**
   * The reader has read all bytes and the end, and has closed the file.
   *
   * @throws IOException to fail the client's close; some clients ignore that failure
   */
  void accepted() throws IOException;

  /**
   * The reader has not received the content: it closed the file early, its connection was lost, or
   * the file system was closed. The content can be given to another reader.
   */
  void returned();
}
