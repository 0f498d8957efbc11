package dev.warren.gptfs.store;

import dev.warren.api.FsException;
import dev.warren.gptfs.store.JobStore.Owner;
import dev.warren.gptfs.store.JobStore.Promise;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The lines of batches, which all hosts that share a store work on. A line that has no result
 * belongs to the host that has claimed it, or to none; a result is taken from that host alone.
 * Thread-safe.
 */
public final class SharedLines {
  /** The byte before the result of a line that is an answer. */
  public static final byte ANSWER = 'A';

  private final Writer writer;
  private final Rows rows;

  /** What this host has claimed; only changed when the store has changed, or its change failed. */
  private final Set<Line> claimed = ConcurrentHashMap.newKeySet();

  SharedLines(Writer writer, Rows rows) {
    this.writer = writer;
    this.rows = rows;
  }

  /** Tokens that the service has counted. */
  public record Tokens(long prompt, long completion, long total, long cached, long reasoning) {}

  /**
   * What came for a line.
   *
   * @param content as it is kept
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Result(boolean isAnswer, byte[] content, Tokens tokens) {}

  /**
   * How far a batch is.
   *
   * @param lines that there are
   * @param answered lines with an answer
   * @param failed lines that have failed
   * @param lost lines whose host died, and which no other has claimed
   * @param isUnclear whether a line may have been paid for twice
   * @param tokens of all
   */
  public record Progress(
      int lines, int answered, int failed, int lost, boolean isUnclear, Tokens tokens) {}

  /** Statements that claim lines. */
  @FunctionalInterface
  private interface Claiming {
    List<Line> claim(Statements statements) throws SQLException;
  }

  /** Claims, and knows of it when the store does. */
  private List<Line> claim(Promise promise, Claiming claiming) throws FsException {
    AtomicReference<List<Line>> result = new AtomicReference<>(List.of());
    try {
      writer.write(
          new Change(
              promise,
              JobStore.SOLE,
              statements -> {
                List<Line> lines = claiming.claim(statements);
                claimed.removeAll(result.getAndSet(lines)); // of a commit that was in doubt
                claimed.addAll(lines);
              }));
    } catch (FsException e) {
      claimed.removeAll(result.get());
      throw e;
    }
    return result.get();
  }

  private void write(Promise promise, Change.Body body) throws FsException {
    writer.write(new Change(promise, JobStore.SOLE, body));
  }

  /**
   * Lets all hosts claim the lines of a batch, but for those that have a result.
   *
   * @param starts where the lines begin in the request
   * @param lengths how long they are
   * @throws JobStore.LostJobException if another host owns the batch
   */
  public void begin(String job, int revision, Integer[] starts, Integer[] lengths, Owner owner)
      throws FsException {
    Fence fence = Fence.of(owner);
    write(
        Promise.POWER,
        statements -> statements.shared().lines().begin(job, revision, starts, lengths, fence));
  }

  /** Accepts no more results for a batch. */
  public void drop(String job, Owner owner) throws FsException {
    Fence fence = Fence.of(owner);
    write(
        Promise.PROCESS,
        statements -> {
          statements.shared().requireOwned(job, fence);
          statements.shared().lines().drop(job);
        });
  }

  /**
   * Claims lines of a batch.
   *
   * @param evenLost whether those of a host that has died, too
   */
  public List<Line> claimOf(String job, int most, boolean evenLost) throws FsException {
    return claim(
        Promise.POWER, statements -> statements.shared().lines().claimOf(job, most, evenLost));
  }

  /**
   * Claims lines of any batch; fails while the database is away.
   *
   * @param after the batch that had the last turn
   * @param evenLost whether those of a host that has died, too
   */
  public List<Line> claimAfter(String after, int most, boolean evenLost) throws FsException {
    return claim(
        Promise.POWER_AT_ONCE,
        statements -> statements.shared().lines().claimAfter(after, most, evenLost));
  }

  /**
   * Keeps a line's result, and claims more lines of its batch in the same transaction.
   *
   * @param tells whether another host may own the batch
   * @throws JobStore.LostJobException if the line is not this host's any more
   */
  public List<Line> keep(Line line, Result result, boolean tells, int most, boolean evenLost)
      throws FsException {
    try {
      return claim(
          Promise.POWER,
          statements -> {
            LineRows lines = statements.shared().lines();
            if (lines.keep(line, result)) {
              statements.linePart(line, result.content());
            }
            if (tells) {
              lines.tell(line.job());
            }
            return lines.claimOf(line.job(), most, evenLost);
          });
    } finally {
      claimed.remove(line);
    }
  }

  /** Tells the owner of a batch that there is a result. */
  public void tell(String job) throws FsException {
    write(Promise.LATER, statements -> statements.shared().lines().tell(job));
  }

  /** A call for a line may have been billed in vain. */
  public void unclear(Line line) throws FsException {
    write(Promise.LATER, statements -> statements.shared().lines().unclear(line));
  }

  /** Gives lines back for which no call was made. */
  public void release(List<Line> lines) throws FsException {
    try {
      write(Promise.PROCESS, statements -> statements.shared().lines().release(lines));
    } finally {
      claimed.removeAll(lines);
    }
  }

  /**
   * Compares what this host has claimed with the store, where a commit was in doubt or others have
   * believed that it is dead.
   *
   * @return the lines that are not this host's any more
   */
  public List<Line> reconcile() throws FsException {
    AtomicReference<List<Line>> lost = new AtomicReference<>(List.of());
    write(
        Promise.PROCESS,
        statements -> {
          Set<Line> known = Set.copyOf(claimed);
          Set<Long> owned = statements.shared().lines().disown(known);
          lost.set(known.stream().filter(line -> !owned.contains(line.fence())).toList());
        });
    claimed.removeAll(lost.get());
    return lost.get();
  }

  /** How far a batch is. */
  public Progress progress(String job) throws FsException {
    return rows.progress(job);
  }

  /** The revision of a batch whose lines may have results; null if there is none. */
  public @Nullable Integer revision(String job) throws FsException {
    return rows.linesRevision(job);
  }
}
