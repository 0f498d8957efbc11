package dev.warren.gptfs.store;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import java.nio.ByteBuffer;

/** One file of the journal. Entries are added at its end; the journal's lock guards it. */
final class Segment {
  private static final int WINDOW = 1 << 20;

  private final int number;
  private final OpenFile file;
  private long size;

  Segment(int number, OpenFile file, long size) {
    this.number = number;
    this.file = file;
    this.size = size;
  }

  int number() {
    return number;
  }

  OpenFile file() {
    return file;
  }

  long size() {
    return size;
  }

  /** Adds an entry; where it begins. */
  long append(byte[] entry) throws FsException {
    long at = size;
    Files.writeFully(file, ByteBuffer.wrap(entry), at);
    size += entry.length;
    return at;
  }

  /** Takes each entry of the segment. */
  @FunctionalInterface
  interface Reader {
    void entry(long offset, Entry.Encoded entry) throws FsException;
  }

  /**
   * Reads all entries up to the first that is not whole, and cuts the file there: that one was
   * never promised to anybody.
   *
   * @return how many bytes were cut off
   */
  long replay(Reader reader) throws FsException {
    ByteBuffer window = ByteBuffer.allocate(WINDOW).limit(0);
    long fileSize = file.stat().size();
    long at = 0;
    long windowAt = 0;
    while (fileSize - at >= Entry.HEADER) {
      int inWindow = (int) (at - windowAt);
      if (inWindow + Entry.HEADER > window.limit()) {
        window.clear();
        Files.readFully(file, window, at);
        window.flip();
        windowAt = at;
        inWindow = 0;
      }
      int length = window.getInt(inWindow);
      int checksum = window.getInt(inWindow + 4);
      if (length <= 0 || length > Entry.MAX_LENGTH || fileSize - at - Entry.HEADER < length) {
        break;
      }
      byte[] bytes = new byte[Entry.HEADER + length];
      if (inWindow + bytes.length <= window.limit()) {
        window.get(inWindow, bytes);
      } else {
        Files.readFully(file, ByteBuffer.wrap(bytes), at);
      }
      if (Entry.checksum(bytes, Entry.HEADER, length) != checksum) {
        break;
      }
      reader.entry(at, Entry.decode(bytes));
      at += bytes.length;
    }
    if (at < fileSize) {
      file.truncate(at);
    }
    size = at;
    return fileSize - at;
  }

  /** Reads a piece of the segment. */
  byte[] read(long offset, int length) throws FsException {
    ByteBuffer target = ByteBuffer.allocate(length);
    Files.readFully(file, target, offset);
    if (target.hasRemaining()) {
      throw new FsException(Errno.EIO, "the journal is shorter than it was");
    }
    return target.array();
  }
}
