package dev.warren.api.synthetic;

import java.io.IOException;
import java.time.Instant;

/**
 * The content of a file that clients read and write like any other, at any offset, and that the
 * plugin has as a whole: {@link SyntheticFile#stored}. While somebody has the file open, everybody
 * who has sees one content; the plugin gets it when one who wrote closes the file, or asks for it
 * to be on stable storage.
 *
 * <p>Contents that are {@linkplain Object#equals equal} are one file, whatever its name: the object
 * goes along when an entry is renamed, and a new file has a new one.
 */
public interface StoredContent {
  /** How many bytes {@link #load()} would give. Cheap, and does not wait. */
  long size();

  /** When it was stored, or came to be. Cheap, and does not wait. */
  Instant modified();

  /**
   * The content, when somebody opens the file that nobody has open. The array is the file's from
   * then on.
   *
   * @throws IOException to fail the client's open; an FsException says with which error
   */
  byte[] load() throws IOException;

  /**
   * Takes the content, which has changed. Called by one thread at a time, also after the file was
   * removed, and for a client that was lost: what it wrote stays.
   *
   * @param content the plugin's from then on
   * @throws IOException to fail the client's close; the content is lost then, unless somebody else
   *     has the file open
   */
  void store(byte[] content) throws IOException;
}
