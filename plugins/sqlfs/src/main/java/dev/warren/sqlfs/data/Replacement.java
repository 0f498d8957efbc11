package dev.warren.sqlfs.data;

import dev.warren.api.FsException;
import dev.warren.sqlfs.content.Chunks;
import dev.warren.sqlfs.content.Loose;
import dev.warren.sqlfs.inode.InodeRow;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * An incomplete content that replaces a file's once it is complete. Until then it belongs to this
 * host's session and is deleted with it. Guarded by the file's lock.
 */
final class Replacement {
  private final Volume volume;
  private final Object by;
  private boolean reverts;
  private long content;
  private long stored;

  /**
   * @param by the open file that writes it
   * @param reverts whether there is an old content, which remains if {@code by} is aborted
   */
  Replacement(Volume volume, Object by, boolean reverts) {
    this.volume = volume;
    this.by = by;
    this.reverts = reverts;
  }

  long content() {
    return content;
  }

  long stored() {
    return stored;
  }

  void shared(Object other) {
    if (!by.equals(other)) {
      reverts = false;
    }
  }

  boolean isBy(Object who) {
    return by.equals(who);
  }

  boolean reverts() {
    return reverts;
  }

  private record Written(long content, long more) {}

  @Nullable Void write(NavigableMap<Long, byte[]> chunks, long expected) throws FsException {
    Written written =
        volume
            .store()
            .write(
                transaction -> {
                  Flush.requireSession(transaction, expected);
                  long to = content;
                  if (to == 0) {
                    to = transaction.newId();
                    Loose.begin(transaction, to);
                  }
                  return new Written(to, Chunks.write(transaction, to, chunks));
                });
    content = written.content;
    stored += written.more;
    return null;
  }

  /** Writes the remaining chunks, and makes this the file's content. */
  InodeRow commit(Flush flush) throws FsException {
    return volume
        .store()
        .write(
            transaction -> {
              Flush.requireSession(transaction, flush.session());
              long to = content == 0 && !flush.chunks().isEmpty() ? transaction.newId() : content;
              long more = Chunks.write(transaction, to, flush.chunks());
              return Flush.replace(transaction, flush, to, stored + more);
            });
  }

  void cut(long size) throws FsException {
    long from = content;
    if (from != 0) {
      stored -=
          volume
              .store()
              .write(transaction -> Chunks.cut(transaction, from, size, volume.chunkSize()));
    }
  }
}
