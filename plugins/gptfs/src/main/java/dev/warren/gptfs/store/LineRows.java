package dev.warren.gptfs.store;

import dev.warren.gptfs.store.SharedLines.Result;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The statements on the lines of batches, on the connection of {@link SharedRows}. Used by one
 * thread. As there, a write may be executed again after it was committed.
 *
 * <p>A host writes only lines that it has claimed, and no row of a job that another host owns. So
 * hosts that store results of the same batch do not wait for each other.
 */
final class LineRows {
  private final SharedRows rows;
  private final String host;

  LineRows(SharedRows rows, String host) {
    this.rows = rows;
    this.host = host;
  }

  /** Lets all hosts claim a batch's lines, except those that have a result. */
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

  /** Deletes a batch's lines, so that no more results are accepted, and notifies the hosts. */
  void drop(String job) throws SQLException {
    if (rows.update("DELETE FROM gptfs_lines WHERE job = ?", job) > 0) {
      rows.publish(SharedJobs.JOB + job);
    }
  }

  /**
   * Claims lines of one batch for this host.
   *
   * @param most the maximum number of lines
   * @param evenLost whether also lines of a dead host
   */
  List<Line> claimOf(String job, int most, boolean evenLost) throws SQLException {
    return most <= 0 ? List.of() : claim("free.job = ?", job, most, evenLost);
  }

  /**
   * Claims lines of any batch for this host. Batches take turns.
   *
   * @param after the id of the batch that had the last turn; empty if there is none
   * @param most the maximum number of lines
   * @param evenLost whether also lines of a dead host
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
   * Records that a line has a result. The caller stores its content in the same transaction.
   *
   * @return false if this was done before, by a transaction whose commit was in doubt
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

  /** Notifies the owner of a batch that lines have changed. */
  void announce(String job) throws SQLException {
    rows.publish(SharedJobs.LINES + job);
  }

  /** Accepts a result that an earlier attempt has stored: its commit was in doubt. */
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
            "the result of line %d of the batch %s is discarded: another host has claimed the line, or the batch has ended"
                .formatted(line.number() + 1, line.job()));
      }
    }
  }

  /** Records that a call for a line may have been billed without a result. */
  void unclear(Line line) throws SQLException {
    rows.update(
        "UPDATE gptfs_lines SET unclear = 1 WHERE job = ? AND line = ? AND fence = ?",
        line.job(),
        line.number(),
        line.fence());
    announce(line.job());
  }

  /** Releases lines for which no call was made. */
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

  /** Frees the lines of a host that is gone. Calls that it may have made are repeated. */
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
      announce(batch);
    }
  }

  /**
   * Frees the lines that this host has claimed according to the database, but does not know.
   *
   * @return the fences of the known lines that this host still has
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
