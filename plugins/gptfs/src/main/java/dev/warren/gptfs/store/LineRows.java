package dev.warren.gptfs.store;

import dev.warren.gptfs.store.SharedLines.Result;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The statements on the lines of batches, on the connection of {@link SharedRows}. One thread uses
 * this. As there, each write may find what it has written already.
 *
 * <p>A host writes only lines that it has claimed, and no row of a job that another one owns. So
 * results of one batch, from many hosts, do not wait for each other.
 */
final class LineRows {
  private final SharedRows rows;
  private final String host;

  LineRows(SharedRows rows, String host) {
    this.rows = rows;
    this.host = host;
  }

  /** Lets all hosts claim a batch's lines, but for those that have a result. */
  void begin(String job, int revision, Integer[] starts, Integer[] lengths, Fence fence)
      throws SQLException {
    rows.requireOwned(job, fence);
    rows.update("DELETE FROM gptfs_lines WHERE job = ? AND revision <> ?", job, revision);
    rows.update("UPDATE gptfs_lines SET lost = 0 WHERE job = ? AND lost = 1", job);
    rows.update(
        """
        INSERT INTO gptfs_lines (job, line, revision, start, length, fence, result)
        SELECT ?, number - 1, ?, start, length, 0,
          (SELECT CASE get_byte(content, 0) WHEN %d THEN 1 ELSE 0 END FROM gptfs_parts
           WHERE job = ? AND part = %d + number AND piece = 0)
        FROM unnest(?, ?) WITH ORDINALITY AS lines (start, length, number)
        ON CONFLICT (job, line) DO NOTHING
        """
            .formatted((int) SharedLines.ANSWER, JobStore.FIRST_LINE - 1),
        job,
        revision,
        job,
        rows.array("int4", starts),
        rows.array("int4", lengths));
    rows.publish(SharedJobs.WORK);
  }

  /** Accepts no more results for a batch; hosts that ask for its lines hear so. */
  void drop(String job) throws SQLException {
    if (rows.update("DELETE FROM gptfs_lines WHERE job = ?", job) > 0) {
      rows.publish(SharedJobs.JOB + job);
    }
  }

  /**
   * Claims lines for this host.
   *
   * @param job of this batch only
   */
  List<Line> claimOf(String job, int most, boolean evenLost) throws SQLException {
    return most <= 0 ? List.of() : claim("free.job = ?", job, most, evenLost);
  }

  /**
   * Claims lines for this host.
   *
   * @param after of the batches after this one, in turn
   */
  List<Line> claimAfter(String after, int most, boolean evenLost) throws SQLException {
    List<Line> lines = claim("free.job > ?", after, most, evenLost);
    return lines.isEmpty() && !after.isEmpty() ? claim("free.job > ?", "", most, evenLost) : lines;
  }

  private List<Line> claim(String which, String job, int most, boolean evenLost)
      throws SQLException {
    List<Line> lines = new ArrayList<>();
    try (ResultSet found =
        rows.bind(
                """
                WITH free AS MATERIALIZED (
                  SELECT free.job, free.line FROM gptfs_lines AS free JOIN gptfs_jobs ON gptfs_jobs.id = free.job
                  WHERE free.lease_owner IS NULL AND free.result IS NULL AND gptfs_jobs.state = 'ACTIVE' AND %s%s
                  ORDER BY free.job, free.line LIMIT ? FOR UPDATE OF free SKIP LOCKED)
                UPDATE gptfs_lines AS line SET lease_owner = ?, fence = nextval('gptfs_fences'), lost = 0 FROM free
                WHERE line.job = free.job AND line.line = free.line
                RETURNING line.job, line.revision, line.line, line.start, line.length, line.fence
                """
                    .formatted(which, evenLost ? "" : " AND free.lost = 0"),
                job,
                most,
                host)
            .executeQuery()) {
      while (found.next()) {
        lines.add(
            new Line(
                found.getString(1),
                found.getInt(2),
                found.getInt(3),
                found.getInt(4),
                found.getInt(5),
                found.getLong(6)));
      }
    }
    return lines;
  }

  /**
   * A line has its result, which is kept as a part in the same transaction.
   *
   * @return false if that was done before: the commit was in doubt
   * @throws LostRowException if the claim is void
   */
  boolean keep(Line line, Result result) throws SQLException {
    int written =
        rows.update(
            """
            UPDATE gptfs_lines SET lease_owner = NULL, result = ?, prompt_tokens = ?, completion_tokens = ?,
              total_tokens = ?, cached_tokens = ?, reasoning_tokens = ?
            WHERE job = ? AND line = ? AND lease_owner = ? AND fence = ?
            """,
            result.isAnswer() ? 1 : 0,
            result.tokens().prompt(),
            result.tokens().completion(),
            result.tokens().total(),
            result.tokens().cached(),
            result.tokens().reasoning(),
            line.job(),
            line.number(),
            host,
            line.fence());
    if (written == 0) {
      requireKept(line);
    }
    return written > 0;
  }

  /** Tells the owner of a batch that there is a result. */
  void tell(String job) throws SQLException {
    rows.publish(SharedJobs.LINES + job);
  }

  /** The same may have been written before the connection was cut. */
  private void requireKept(Line line) throws SQLException {
    try (ResultSet found =
        rows.bind(
                "SELECT 1 FROM gptfs_lines WHERE job = ? AND line = ? AND fence = ? AND result IS"
                    + " NOT NULL",
                line.job(),
                line.number(),
                line.fence())
            .executeQuery()) {
      if (!found.next()) {
        throw new LostRowException(
            "line %d of %s is another host's, or wanted no more"
                .formatted(line.number(), line.job()));
      }
    }
  }

  /** A call for a line may have been billed in vain. */
  void unclear(Line line) throws SQLException {
    rows.update(
        "UPDATE gptfs_lines SET unclear = 1 WHERE job = ? AND line = ? AND fence = ?",
        line.job(),
        line.number(),
        line.fence());
    tell(line.job());
  }

  /** Gives lines back for which no call was made. */
  void release(List<Line> lines) throws SQLException {
    for (Line line : lines) {
      rows.update(
          "UPDATE gptfs_lines SET lease_owner = NULL WHERE job = ? AND line = ? AND lease_owner = ?"
              + " AND fence = ?",
          line.job(),
          line.number(),
          host,
          line.fence());
    }
    if (!lines.isEmpty()) {
      rows.publish(SharedJobs.WORK);
    }
  }

  /** A host is gone: its calls may have been made, and are made again. */
  void free(String gone) throws SQLException {
    Set<String> batches = new HashSet<>();
    try (ResultSet lines =
        rows.bind(
                "UPDATE gptfs_lines SET lease_owner = NULL, lost = 1, unclear = 1 WHERE lease_owner"
                    + " = ? RETURNING job",
                gone)
            .executeQuery()) {
      while (lines.next()) {
        batches.add(lines.getString(1));
      }
    }
    for (String batch : batches) {
      tell(batch);
    }
  }

  /**
   * Frees the lines that seem to be this host's though it knows nothing of them.
   *
   * @return the fences of those that it knows and has
   */
  Set<Long> disown(Set<Line> known) throws SQLException {
    Set<Long> here = new HashSet<>();
    known.forEach(line -> here.add(line.fence()));
    Set<Long> owned = new HashSet<>();
    List<Line> unknown = new ArrayList<>();
    try (ResultSet lines =
        rows.bind("SELECT job, line, fence FROM gptfs_lines WHERE lease_owner = ?", host)
            .executeQuery()) {
      while (lines.next()) {
        long fence = lines.getLong(3);
        if (here.contains(fence)) {
          owned.add(fence);
        } else {
          unknown.add(new Line(lines.getString(1), 0, lines.getInt(2), 0, 0, fence));
        }
      }
    }
    release(unknown);
    return owned;
  }
}
