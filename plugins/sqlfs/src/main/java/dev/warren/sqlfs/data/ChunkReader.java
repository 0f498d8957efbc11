package dev.warren.sqlfs.data;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.sqlfs.content.Chunks;
import dev.warren.sqlfs.inode.InodeRow;
import dev.warren.sqlfs.inode.Inodes;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/** Reads the chunks of one open file, several at once where it is read in order. */
final class ChunkReader {
  private static final byte[] HOLE = {};
  private static final int AHEAD = 16;
  private static final int ATTEMPTS = 4;

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

  /** Reads what the file has, as its row says. */
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

  /** Reads a content in the making, of whose chunks no others than those of now are known. */
  void setReplacement(Replacement now) {
    replacement = now;
    content = now.content();
    validFrom = ++localVersions;
    version = validFrom;
  }

  /** Versions of contents that no file has yet; those of files are times. */
  private long localVersions;

  /** This host has written chunks; what else it knows is right if nobody else has. */
  void flushed(Flush.Result result, NavigableMap<Long, byte[]> chunks) {
    if (result.before() != version || content != result.row().content()) {
      validFrom = result.row().version();
    }
    keep(result.row(), chunks);
  }

  /** A replacement has become the file's content. */
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

  /** The file was cut off: what is known of its chunks is no longer right. */
  void forget(InodeRow row) {
    content = row.content();
    version = row.version();
    validFrom = version;
  }

  /** For whoever opens the file next. */
  void remember() {
    if (replacement == null && content != 0) {
      volume.contents().remember(content, validFrom, version);
    }
  }

  /** A chunk, which may be shorter than it is in the file. */
  byte[] chunk(long number, long size) throws FsException {
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
    for (int attempt = 1; ; attempt++) {
      byte[] read = read(number, size);
      if (read != null) {
        return read;
      }
      if (attempt == ATTEMPTS) {
        throw new FsException(Errno.EIO, "the file is replaced faster than it can be read");
      }
      InodeRow row = volume.cache().fresh(inode);
      if (row == null || replacement != null) {
        throw new FsException(Errno.ESTALE);
      }
      setFile(row);
      if (content == 0) {
        return HOLE;
      }
    }
  }

  /** Null if the content is not the file's any more, so that what was read may be half of it. */
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
                    return sql.exists(
                            "SELECT 1 FROM sqlfs_loose WHERE content = ? AND session <> 0", from)
                        ? all
                        : null;
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
