package dev.warren.sqlfs.data;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.sqlfs.content.Chunks;
import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.inode.Inodes;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/** Reads the chunks of one open file; reads ahead if it is read sequentially. */
final class ChunkReader {
  private static final byte[] HOLE = {};
  private static final int AHEAD = 16;

  private final Volume volume;
  private final long inode;
  private long content;
  private long version;
  private long validFrom;
  private @Nullable Replacement replacement;
  private long expected;

  ChunkReader(Volume volume, long inode) {
    this.volume = volume;
    this.inode = inode;
  }

  /** Reads the content that a file's row names from now on. */
  void setFile(InodeRow row) {
    boolean known = replacement == null && content == row.content();
    if (!known || version != row.version()) {
      validFrom =
          known && content != 0
              ? row.version()
              : volume.contents().validFrom(row.content(), row.version());
    }
    replacement = null;
    content = row.content();
    version = row.version();
  }

  /** Reads an unfinished replacement from now on; chunks cached before this call are not used. */
  void setReplacement(Replacement now) {
    replacement = now;
    content = now.content();
    validFrom = ++localVersions;
    version = validFrom;
  }

  /** Counts versions of replacements; versions of files are times. */
  private long localVersions;

  /**
   * This host has written chunks. Other cached chunks stay valid if no other host has changed the
   * file.
   */
  void flushed(Flush.Result result, NavigableMap<Long, byte[]> chunks) {
    if (result.before() != version || content != result.row().content()) {
      validFrom = result.row().version();
    }
    keep(result.row(), chunks);
  }

  /** The replacement has become the file's content. */
  void committed(InodeRow row, NavigableMap<Long, byte[]> chunks) {
    replacement = null;
    validFrom = row.version();
    keep(row, chunks);
  }

  private void keep(InodeRow row, NavigableMap<Long, byte[]> chunks) {
    content = row.content();
    version = row.version();
    chunks.forEach((number, data) -> volume.contents().put(content, number, data, version));
  }

  /** The file's size was set: its cached chunks are not valid any more. */
  void forget(InodeRow row) {
    content = row.content();
    version = row.version();
    validFrom = version;
  }

  /** Stores which cached chunks are valid, for the next time the file is opened. */
  void remember() {
    if (replacement == null && content != 0) {
      volume.contents().remember(content, validFrom, version);
    }
  }

  /**
   * Returns a chunk; bytes after its end are zeros. Null if the file has changed since its row was
   * read: then its size may be another, too.
   */
  byte @Nullable [] chunk(long number, long size) throws FsException {
    Replacement now = replacement;
    if (now != null) {
      content = now.content();
    }
    if (content == 0 || number * volume.chunkSize() >= size) {
      return HOLE;
    }
    byte[] known = volume.contents().get(content, number, validFrom);
    if (known != null) {
      expected = number + 1;
      return known;
    }
    return read(number, size);
  }

  /**
   * Reads chunks; null if the file's content or version has changed, so they may be incomplete.
   *
   * @throws FsException ESTALE if it is a replacement that was deleted
   */
  private byte @Nullable [] read(long number, long size) throws FsException {
    long from = content;
    int many = number == expected || number == 0 ? AHEAD : 1;
    long last = Math.min(number + many - 1, (size - 1) / volume.chunkSize());
    NavigableMap<Long, byte[]> chunks =
        volume
            .store()
            .<@Nullable NavigableMap<Long, byte[]>>read(
                sql -> {
                  NavigableMap<Long, byte[]> all = Chunks.read(sql, from, number, last);
                  if (replacement != null) {
                    if (!sql.exists(
                        "SELECT 1 FROM sqlfs_loose WHERE content = ? AND session <> 0", from)) {
                      throw new FsException(Errno.ESTALE);
                    }
                    return all;
                  }
                  InodeRow row = Inodes.find(sql, inode);
                  return row != null && row.content() == from && row.version() == version
                      ? all
                      : null;
                });
    if (chunks == null) {
      return null;
    }
    for (long next = number; next <= last; next++) {
      volume.contents().put(from, next, chunks.getOrDefault(next, HOLE), version);
    }
    expected = number + 1;
    return chunks.getOrDefault(number, HOLE);
  }
}
