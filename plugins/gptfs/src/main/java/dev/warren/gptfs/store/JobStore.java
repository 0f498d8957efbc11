package dev.warren.gptfs.store;

import dev.warren.api.Errno;
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
    /** It survives a power cut. While there is no space, the call fails with ENOSPC. */
    POWER_AT_ONCE,
    /**
     * It survives a power cut, if the store is durable. While there is no space, the call waits.
     */
    POWER;

    /** Whether the call fails rather than wait. */
    boolean isAtOnce() {
      return this == PROCESS || this == POWER_AT_ONCE;
    }

    /** Whether a power cut is survived. */
    boolean isDurable() {
      return this == POWER || this == POWER_AT_ONCE;
    }
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
   * @param bytes of its answer; of its request until it has ended
   * @param attempts calls made so far
   * @param free whether any host that shares the store may go on with it
   * @param complete whether the file has been written to its end: its mark is removed in the same
   *     transaction (see {@link JobStore#unfinished(String, boolean)})
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
      long bytes,
      int attempts,
      boolean free,
      boolean complete,
      byte[] description) {
    /** The same for any host to go on with. */
    public Row freed() {
      return with(true, complete);
    }

    /** The same of a file that has been written to its end. */
    public Row completed() {
      return with(free, true);
    }

    private Row with(boolean isFree, boolean isComplete) {
      return new Row(
          id,
          source,
          base,
          state,
          ended,
          told,
          finishedAt,
          seen,
          bytes,
          attempts,
          isFree,
          isComplete,
          description);
    }
  }

  /**
   * A job in memory, from which its row is written. It is held until the row can be found.
   *
   * <p>Hosts that share a store own different jobs. Only a job's owner writes its row: each change
   * of owner increases the row's fence, and a write with another fence is refused.
   */
  interface Owner {
    /** The row's fence if this host owns the job, else 0; of no meaning in a store of one host. */
    long fence();

    /** Whether the row is still to be inserted. */
    boolean isNew();

    /**
     * A write is queued.
     *
     * @param frees whether the job has no owner once it is done
     */
    void writing(boolean frees);

    /** A queued write is done, or has failed. */
    void written();

    /** Another host owns the job now, or it is gone: what this host was about to do is void. */
    void lost();
  }

  /** The owner of everything, in a store of one host. */
  Owner SOLE =
      new Owner() {
        @Override
        public long fence() {
          return 0;
        }

        @Override
        public boolean isNew() {
          return false;
        }

        @Override
        public void writing(boolean frees) {}

        @Override
        public void written() {}

        @Override
        public void lost() {}
      };

  /** Another host owns the job by now, or it is gone; ESTALE for a client. */
  final class LostJobException extends FsException {
    private static final long serialVersionUID = 1;

    /** With a message for the log. */
    public LostJobException(String message) {
      super(Errno.ESTALE, message);
    }
  }

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
   * @throws LostJobException if another host owns the job
   */
  void save(Row row, Map<Integer, byte[]> parts, boolean dropParts, Promise promise, Owner owner)
      throws FsException;

  /** Keeps one more part of a job, against a power cut. */
  void savePart(String id, int part, byte[] content, Owner owner) throws FsException;

  /** Forgets a job, some time. */
  void delete(String id, Owner owner) throws FsException;

  /**
   * Remembers that a file is being written, so that a restart does not take its beginning for the
   * whole. To remember survives the process, to forget may be taken back.
   *
   * @throws FsException ENOSPC while there is no space
   */
  void unfinished(String path, boolean is) throws FsException;

  /** What hosts that share the store need beside; null if this host has it alone. */
  @Nullable SharedJobs shared();

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
