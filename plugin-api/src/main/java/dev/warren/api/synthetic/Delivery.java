package dev.warren.api.synthetic;

import java.io.IOException;

/**
 * What one reader gets, once, and what became of it: {@link SyntheticFile#delivery}. The one who
 * hands it out keeps it until {@link #accepted()} says that it may go. Called by one thread at a
 * time.
 */
public interface Delivery {
  /** Bytes that nobody needs to know the fate of. */
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

  /** The bytes. Asked once, and the file's from then on. */
  byte[] content();

  /**
   * The reader has read all of it, and the end, and closed the file.
   *
   * @throws IOException to fail the client's close; not every client looks
   */
  void accepted() throws IOException;

  /**
   * The reader has not: it closed the file early, was lost, or the file system ends. Somebody else
   * may have it.
   */
  void returned();
}
