package dev.warren.gptfs.store;

import dev.warren.api.FsException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where jobs are kept, so that none is lost with the process. A job has a row, and parts: the
 * request, the answer, the results of a batch's lines.
 *
 * <p>Thread-safe; the callers see to it that the steps of one job come in order, and they come into
 * the store in that order. Each is there as a whole or not at all.
 */
public interface JobStore extends AutoCloseable {
  /** The part that holds what is sent. */
  int REQUEST = 0;

  /** The part that holds the answer. */
  int ANSWER = 1;

  /** The part that holds the result of a batch's first line; the others follow. */
  int FIRST_LINE = 16;

  /** What has to be true when a call returns. */
  enum Promise {
    /** Nothing: a crash may take the step back. While there is no space, it waits for some. */
    LATER,
    /** It survives the end of the process. While there is no space, the call fails with ENOSPC. */
    PROCESS,
    /**
     * It survives a power cut, if the store is durable. While there is no space, the call waits.
     */
    POWER
  }

  /**
   * A job as the store has it.
   *
   * @param source the file
   * @param base what it is found by in the outbox; null if it has no names there
   * @param state a word for people
   * @param ended whether nothing more happens to it
   * @param told whether the outbox shows its end
   * @param finishedAt when it ended
   * @param seen whether a client has looked at its end
   * @param answerBytes of its answer
   * @param attempts calls made so far
   * @param description all that is known of it, in the caller's encoding
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Row(
      String id,
      String source,
      @Nullable String base,
      String state,
      boolean ended,
      boolean told,
      @Nullable Instant finishedAt,
      boolean seen,
      long answerBytes,
      int attempts,
      byte[] description) {}

  /**
   * What of the ended jobs is kept.
   *
   * @param jobs how many, the newest first
   * @param bytes how much their answers have together, the newest first
   * @param oldest nothing that ended before
   * @param unread what ended since then is kept in spite of the first two until it is seen
   */
  record Bounds(long jobs, long bytes, Instant oldest, Instant unread) {}

  /**
   * Keeps a job's new row.
   *
   * @param parts new parts; a part of the same number is replaced
   * @param dropParts whether the parts before are of no more use
   * @param owner is held until the row can be found
   */
  void save(Row row, Map<Integer, byte[]> parts, boolean dropParts, Promise promise, Object owner)
      throws FsException;

  /** Keeps one more part of a job, against a power cut. */
  void savePart(String id, int part, byte[] content) throws FsException;

  /** Forgets a job, some time. */
  void delete(String id, Object owner) throws FsException;

  /**
   * Remembers that a file is being written, so that a restart does not take its beginning for the
   * whole. To remember survives the process, to forget may be taken back.
   *
   * @throws FsException ENOSPC while there is no space
   */
  void unfinished(String path, boolean is) throws FsException;

  /** Returns when all that was saved before can be read. */
  void flush() throws FsException;

  /** A part; null if there is none. */
  byte @Nullable [] read(String id, int part) throws FsException;

  /**
   * A piece of a part.
   *
   * @throws FsException EIO if the part is not there or not so long
   */
  byte[] read(String id, int part, int offset, int length) throws FsException;

  /** The numbers of a job's parts, in order. */
  List<Integer> parts(String id) throws FsException;

  /** Descriptions of the jobs that have not ended, the oldest first. */
  List<byte[]> open() throws FsException;

  /** Descriptions of the ended jobs whose end the outbox does not show yet. */
  List<byte[]> untold() throws FsException;

  /**
   * Files of the jobs that have ended in a state.
   *
   * @param directory they are below it; everywhere if it is empty
   */
  List<String> ended(String state, String directory) throws FsException;

  /** How many ended jobs there are in each state. */
  Map<String, Long> ended() throws FsException;

  /** Files that were being written. */
  Set<String> unfinished() throws FsException;

  /** The description of a job; null if there is none. */
  byte @Nullable [] byId(String id) throws FsException;

  /** The description of a file's job; null if there is none. */
  byte @Nullable [] bySource(String source) throws FsException;

  /** The description of the job that has a name in the outbox; null if there is none. */
  byte @Nullable [] byBase(String base) throws FsException;

  /**
   * One of the ended jobs that have names below a directory of the outbox.
   *
   * @param wanted picks it by its id
   */
  @Nullable String baseBelow(String directory, Predicate<String> wanted) throws FsException;

  /** Descriptions of the jobs of the files below a directory. */
  List<byte[]> below(String directory) throws FsException;

  /**
   * Files of the ended jobs beyond the bounds.
   *
   * @param most how many are wanted
   */
  List<String> surplus(Bounds bounds, int most) throws FsException;

  /** Bytes that the store takes. Never waits. */
  long size();

  @Override
  void close() throws FsException;
}
