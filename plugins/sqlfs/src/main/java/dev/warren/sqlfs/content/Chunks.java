package dev.warren.sqlfs.content;

import dev.warren.api.FsException;
import dev.warren.sqlfs.store.Statements;
import dev.warren.sqlfs.store.Transaction;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The table of chunks. A missing chunk is a hole; one shorter than the chunk size is followed by
 * zeros.
 */
public final class Chunks {
  private static final String RANGE =
      " FROM sqlfs_chunk WHERE content = ? AND number BETWEEN ? AND ? ORDER BY number";

  private record Length(long number, long bytes) {}

  private Chunks() {}

  /**
   * Reads the chunks from number {@code first} to {@code last}, both included; holes are left out.
   */
  public static NavigableMap<Long, byte[]> read(Statements sql, long content, long first, long last)
      throws SQLException {
    NavigableMap<Long, byte[]> chunks = new TreeMap<>();
    sql.all(
        "SELECT number, data" + RANGE,
        row -> chunks.put(row.getLong(1), row.getBytes(2)) == null,
        content,
        first,
        last);
    return chunks;
  }

  /** Writes chunks; returns how many more bytes are stored now, negative if fewer. */
  public static long write(Transaction transaction, long content, NavigableMap<Long, byte[]> chunks)
      throws SQLException, FsException {
    if (chunks.isEmpty()) {
      return 0;
    }
    Map<Long, Long> lengths =
        transaction
            .sql()
            .all(
                "SELECT number, length(data)" + RANGE,
                row -> new Length(row.getLong(1), row.getLong(2)),
                content,
                chunks.firstKey(),
                chunks.lastKey())
            .stream()
            .collect(Collectors.toMap(Length::number, Length::bytes));
    long fewer = chunks.keySet().stream().mapToLong(n -> lengths.getOrDefault(n, 0L)).sum();
    return insert(transaction, content, chunks, fewer);
  }

  /** Writes the first chunks of a new content; returns how many bytes are stored. */
  public static long writeNew(
      Transaction transaction, long content, NavigableMap<Long, byte[]> chunks)
      throws SQLException, FsException {
    return insert(transaction, content, chunks, 0);
  }

  /**
   * Writes chunks; returns how many more bytes are stored now.
   *
   * @param fewer the bytes that they replace
   */
  private static long insert(
      Transaction transaction, long content, NavigableMap<Long, byte[]> chunks, long fewer)
      throws SQLException, FsException {
    long more = chunks.values().stream().mapToLong(chunk -> chunk.length).sum() - fewer;
    transaction.count(more, 0);
    for (Map.Entry<Long, byte[]> chunk : chunks.entrySet()) {
      transaction
          .sql()
          .update(
              "INSERT INTO sqlfs_chunk (content, number, data) VALUES (?, ?, ?)"
                  + " ON CONFLICT (content, number) DO UPDATE SET data = excluded.data",
              content,
              chunk.getKey(),
              chunk.getValue());
    }
    return more;
  }

  /** The chunks of a content, which is consumed. */
  public static NavigableMap<Long, byte[]> split(ByteBuffer content, int chunkSize) {
    NavigableMap<Long, byte[]> chunks = new TreeMap<>();
    for (long number = 0; content.hasRemaining(); number++) {
      byte[] chunk = new byte[Math.min(chunkSize, content.remaining())];
      content.get(chunk);
      chunks.put(number, chunk);
    }
    return chunks;
  }

  /** The number of bytes that a content stores. */
  public static long stored(Statements sql, long content) throws SQLException {
    return sql.number(
        "SELECT COALESCE(SUM(length(data)), 0) FROM sqlfs_chunk WHERE content = ?", content);
  }

  /** Truncates a content to a size; returns how many fewer bytes are stored now. */
  public static long cut(Transaction transaction, long content, long size, int chunkSize)
      throws SQLException, FsException {
    Statements sql = transaction.sql();
    long last = size / chunkSize;
    int kept = (int) (size % chunkSize);
    long fewer =
        sql.number(
            "SELECT COALESCE(SUM(length(data)), 0) FROM sqlfs_chunk"
                + " WHERE content = ? AND number > ?",
            content,
            last);
    sql.update("DELETE FROM sqlfs_chunk WHERE content = ? AND number > ?", content, last);
    for (byte[] data : read(sql, content, last, last).values()) {
      if (data.length > kept) {
        fewer += data.length - kept;
        if (kept == 0) {
          sql.update("DELETE FROM sqlfs_chunk WHERE content = ? AND number = ?", content, last);
        } else {
          sql.update(
              "UPDATE sqlfs_chunk SET data = ? WHERE content = ? AND number = ?",
              Arrays.copyOf(data, kept),
              content,
              last);
        }
      }
    }
    transaction.count(-fewer, 0);
    return fewer;
  }
}
