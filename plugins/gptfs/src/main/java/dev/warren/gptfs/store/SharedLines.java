package dev.warren.gptfs.store;

import dev.warren.api.FsException;
import dev.warren.gptfs.store.JobStore.Owner;
import dev.warren.gptfs.store.JobStore.Promise;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The lines of batches, which all hosts that share a store process. At most one host has claimed a
 * line that has no result, and only its result is accepted. Methods may block. Thread-safe.
 */
public final class SharedLines {
  /** The byte before a stored result that is an answer. */
  public static final byte ANSWER = 'A';

  private final Writer writer;
  private final Rows rows;
  private final String host;

  /**
   * The lines that this host has claimed. A line is added in the transaction that claims it, and
   * removed once that has failed or the line has a result, is released or is lost.
   */
  private final Set<Line> claimed = ConcurrentHashMap.newKeySet();

  SharedLines(Writer writer, Rows rows, String host) {
    this.writer = writer;
    this.rows = rows;
    this.host = host;
  }

  /** Numbers of tokens, as counted by the service. */
  public record Tokens(long prompt, long completion, long total, long cached, long reasoning) {}

  /**
   * The result of a line.
   *
   * @param isAnswer whether it is an answer rather than a failure
   * @param content as it is stored: {@link #ANSWER} or another byte, then the result
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Result(boolean isAnswer, byte[] content, Tokens tokens) {}

  /**
   * The progress of a batch.
   *
   * @param lines the number of all lines
   * @param answered the number of lines with an answer
   * @param failed the number of lines that have failed
   * @param lost the number of lines whose host died and that no other host has claimed
   * @param isUnclear whether a line may be billed twice
   * @param tokens the sum over all lines
   */
  public record Progress(
      int lines, int answered, int failed, int lost, boolean isUnclear, Tokens tokens) {}

  /** Statements that claim lines. */
  @FunctionalInterface
  private interface Claiming {
    List<Line> claim(Statements statements) throws SQLException;
  }

  /** Claims lines, and updates {@link #claimed} together with the store. */
  private List<Line> claim(Promise promise, Claiming claiming) throws FsException {
    AtomicReference<List<Line>> result = new AtomicReference<>(List.of());
    try {
      writer.write(
          new Change(
              promise,
              JobStore.SOLE,
              statements -> {
                List<Line> lines = claiming.claim(statements);
                claimed.removeAll(result.getAndSet(lines)); // lines of an earlier attempt
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
   * Lets all hosts claim the lines of a batch, except those that have a result.
   *
   * @param starts the offsets of the lines in the request, in bytes
   * @param lengths the lengths of the lines, in bytes
   * @throws JobStore.LostJobException if another host owns the batch
   */
  public void begin(String job, int revision, Integer[] starts, Integer[] lengths, Owner owner)
      throws FsException {
    Fence fence = Fence.of(owner);
    write(
        Promise.POWER,
        statements -> statements.shared().lines().begin(job, revision, starts, lengths, fence));
  }

  /** Deletes the lines of a batch, so that no more results are accepted. */
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
   * @param most the maximum number of lines
   * @param evenLost whether also lines of a dead host
   */
  public List<Line> claimOf(String job, int most, boolean evenLost) throws FsException {
    return claim(
        Promise.POWER, statements -> statements.shared().lines().claimOf(job, most, evenLost));
  }

  /**
   * Claims lines of any batch; fails while the database cannot be written.
   *
   * @param after the id of the batch that had the last turn; empty if there is none
   * @param most the maximum number of lines
   * @param evenLost whether also lines of a dead host
   */
  public List<Line> claimAfter(String after, int most, boolean evenLost) throws FsException {
    return claim(
        Promise.POWER_AT_ONCE,
        statements -> statements.shared().lines().claimAfter(after, most, evenLost));
  }

  /**
   * Stores a line's result, and claims more lines of its batch in the same transaction.
   *
   * @param tells whether to notify the owner of the batch, which may be another host
   * @param most the maximum number of lines to claim
   * @param evenLost whether also lines of a dead host
   * @throws JobStore.LostJobException if the line does not belong to this host any more
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
              lines.announce(line.job());
            }
            return lines.claimOf(line.job(), most, evenLost);
          });
    } finally {
      claimed.remove(line);
    }
  }

  /** Notifies the owner of a batch that lines have changed. */
  public void announce(String job) throws FsException {
    write(Promise.LATER, statements -> statements.shared().lines().announce(job));
  }

  /** Records that a call for a line may have been billed without a result. */
  public void unclear(Line line) throws FsException {
    write(Promise.LATER, statements -> statements.shared().lines().unclear(line));
  }

  /** Releases lines for which no call was made. */
  public void release(List<Line> lines) throws FsException {
    try {
      write(Promise.PROCESS, statements -> statements.shared().lines().release(lines));
    } finally {
      claimed.removeAll(lines);
    }
  }

  /**
   * Compares the claimed lines with the store: they differ after a commit in doubt, or if other
   * hosts considered this host dead. Frees the lines that only the store assigns to this host.
   *
   * @return the lines that do not belong to this host any more
   */
  public List<Line> reconcile() throws FsException {
    Set<Long> stored = rows.claimed(host);
    if (claimed.stream().map(Line::fence).collect(Collectors.toSet()).equals(stored)) {
      return List.of(); // usually nothing is found on a host that sends no lines
    }
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

  /** The progress of a batch. */
  public Progress progress(String job) throws FsException {
    return rows.progress(job);
  }

  /** The revision of a batch to which its lines in the store belong; null if it has none there. */
  public @Nullable Integer revision(String job) throws FsException {
    return rows.linesRevision(job);
  }
}
