package dev.warren.api.synthetic;

import java.io.IOException;
import java.time.Instant;

/**
 * The content of a file that clients read and write like an ordinary file, at any offset, and that
 * the plugin loads and stores as a whole: {@link SyntheticFile#stored}. While the file is open, all
 * its users share one content. The plugin receives the content when a client that wrote closes the
 * file, or requests that it be on stable storage.
 *
 * <p>Contents that are {@linkplain Object#equals equal} are one file, whatever its name: the object
 * moves with an entry that is renamed, and a new file has a new object.
 */
public interface StoredContent {
  /** The number of bytes that {@link #load()} would return. Cheap and non-blocking. */
  long size();

  /** When the content was stored or created. Cheap and non-blocking. */
  Instant modified();

  /**
   * Returns the content, when a client opens the file that no other client has open. The array then
   * belongs to the file.
   *
   * @throws IOException to fail the client's open; the client sees the error of an FsException
   */
  byte[] load() throws IOException;

  /**
   * Stores the content, which has changed. Called by one thread at a time; also after the file was
   * removed, and for a client whose connection was lost: its writes are kept.
   *
   * @param content then belongs to the plugin
   * @throws IOException to fail the client's close; the content is then lost, unless another client
   *     has the file open
   */
  void store(byte[] content) throws IOException;
}
