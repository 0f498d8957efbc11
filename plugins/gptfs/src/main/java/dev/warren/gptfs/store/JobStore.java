package dev.warren.gptfs.store;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Stores jobs, so that none is lost with the process. A job has a row and parts: the request, the
 * answer, the whole response, the results of a batch's lines.
 *
 * <p>Thread-safe. Callers submit the steps of one job in order, and the store keeps that order.
 * Each step is stored completely or not at all. Methods may block, and throw EIO if the database
 * fails.
 */
public interface JobStore extends AutoCloseable {
  /** The part that holds the request. */
  int REQUEST = 0;

  /** The part that holds the answer. */
  int ANSWER = 1;

  /** The part that holds the endpoint's whole response, if that is to be published as well. */
  int DOCUMENT = 2;

  /** The part that holds the result of a batch's first line; those of the other lines follow. */
  int FIRST_LINE = 16;

  /** What holds when a call returns. */
  enum Promise {
    /** Nothing yet: the step is queued until the database can be written. A crash may undo it. */
    LATER,
    /**
     * The step survives the end of the process. While the database cannot be written, the call
     * fails: ENOSPC if it is full or locked, EIO if it is unreachable.
     */
    PROCESS,
    /**
     * The step survives a power cut, if the store is durable. While the database cannot be written,
     * the call fails like that of {@link #PROCESS}.
     */
    POWER_AT_ONCE,
    /**
     * The step survives a power cut, if the store is durable. While the database cannot be written,
     * the call waits.
     */
    POWER;

    /** Whether the call fails rather than wait while the database cannot be written. */
    boolean isAtOnce() {
      return this == PROCESS || this == POWER_AT_ONCE;
    }

    /** Whether the step survives a power cut. */
    boolean isDurable() {
      return this == POWER || this == POWER_AT_ONCE;
    }
  }

  /**
   * A job's row.
   *
   * @param source the path of its file in the inbox
   * @param base the key of its names in the outbox; null if it has no names there
   * @param state the name of its state
   * @param ended whether it has ended
   * @param told false if it has ended and the outbox does not show that yet
   * @param finishedAt when it ended; null if it has not ended or the time is unknown
   * @param seen whether a client has read or acknowledged its outcome
   * @param bytes the size of its answer; until it has ended, of its request
   * @param attempts the number of calls so far
   * @param lines whether it is or was a batch, whose lines hosts may share
   * @param free whether any host that shares the store may claim it
   * @param complete whether its file is complete: the file's mark is removed in the same
   *     transaction (see {@link JobStore#unfinished(String, boolean)})
   * @param description the whole job, in the caller's encoding
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
      boolean lines,
      boolean free,
      boolean complete,
      byte[] description) {
    /** The same row, for any host to claim. */
    public Row freed() {
      return with(true, complete);
    }

    /** The same row, of a file that is complete. */
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
          lines,
          isFree,
          isComplete,
          description);
    }
  }

  /**
   * A job in memory, from which its row is written. The store references it until the row can be
   * read.
   *
   * <p>Hosts that share a store own different jobs. Only a job's owner writes its row: each change
   * of owner increases the row's fence, and a write with another fence is refused.
   */
  interface Owner {
    /** The row's fence if this host owns the job, else 0; ignored in a store of one host. */
    long fence();

    /** Whether the row is still to be inserted. */
    boolean isNew();

    /**
     * A write is about to be queued.
     *
     * @param frees whether the write removes the job's owner
     */
    void writing(boolean frees);

    /** A queued write is committed, or has failed. */
    void written();

    /** Another host owns the job now, or the job is deleted: this object is void. */
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

  /** Another host owns the job now, or the job is deleted; ESTALE for a client. */
  final class LostJobException extends FsException {
    private static final long serialVersionUID = 1;

    /** An exception with a message for the log. */
    public LostJobException(String message) {
      super(Errno.ESTALE, message);
    }
  }

  /**
   * Which ended jobs are kept.
   *
   * @param jobs the maximum number of jobs, counted from the newest
   * @param bytes the maximum size of their answers together, counted from the newest
   * @param oldest jobs that ended before this time are not kept
   * @param unread jobs that ended since this time and were not seen are kept in spite of {@code
   *     jobs} and {@code bytes}
   */
  record Bounds(long jobs, long bytes, Instant oldest, Instant unread) {}

  /**
   * Stores a job's new row.
   *
   * @param parts new parts by number; a part of the same number is replaced
   * @param dropParts whether all earlier parts are deleted
   * @throws LostJobException if another host owns the job
   */
  void save(Row row, Map<Integer, byte[]> parts, boolean dropParts, Promise promise, Owner owner)
      throws FsException;

  /** Stores a part of a job, with the promise {@link Promise#POWER}. */
  void savePart(String id, int part, byte[] content, Owner owner) throws FsException;

  /** Deletes a job, with the promise {@link Promise#LATER}. */
  void delete(String id, Owner owner) throws FsException;

  /**
   * Marks a file that is being written, or removes the mark: after a restart, a marked file is not
   * taken for complete. A mark has the promise {@link Promise#PROCESS}, its removal {@link
   * Promise#LATER}.
   *
   * @param is whether the file is being written
   */
  void unfinished(String path, boolean is) throws FsException;

  /**
   * Leaves a mark that this host may have set to any host: nobody writes the file, but it may be
   * incomplete. Has the promise {@link Promise#LATER}, and no effect unless hosts share the store.
   */
  void interrupted(String path) throws FsException;

  /** The operations of hosts that share the store; null if it is not shared. */
  @Nullable SharedJobs shared();

  /** Returns once everything that was saved before can be read. */
  void flush() throws FsException;

  /**
   * A part of a job; null if there is none.
   *
   * @throws DamagedPartException if its checksum is wrong
   */
  byte @Nullable [] read(String id, int part) throws FsException;

  /**
   * A range of a part.
   *
   * @param offset the offset, in bytes
   * @param length the length, in bytes
   * @throws FsException EIO if the part does not exist or is shorter
   * @throws DamagedPartException if its checksum is wrong
   */
  byte[] read(String id, int part, int offset, int length) throws FsException;

  /** The numbers of a job's parts, in order. */
  List<Integer> parts(String id) throws FsException;

  /** Descriptions of the jobs that have not ended, the oldest first. */
  List<byte[]> open() throws FsException;

  /** Descriptions of the ended jobs whose end the outbox does not show yet. */
  List<byte[]> untold() throws FsException;

  /**
   * The files of the jobs that have ended in a state.
   *
   * @param directory only files below it; all if it is empty
   */
  List<String> ended(String state, String directory) throws FsException;

  /** The number of ended jobs in each state, by the names of the states. */
  Map<String, Long> ended() throws FsException;

  /** The files that are marked as {@linkplain #unfinished(String, boolean) unfinished}. */
  Set<String> unfinished() throws FsException;

  /** The description of the job with an id; null if there is none. */
  byte @Nullable [] byId(String id) throws FsException;

  /** The description of a file's job; null if there is none. */
  byte @Nullable [] bySource(String source) throws FsException;

  /** The description of the job that has a name in the outbox; null if there is none. */
  byte @Nullable [] byBase(String base) throws FsException;

  /**
   * Finds a job that has names below a directory of the outbox. A store of one host looks at ended
   * jobs only: it expects the others in memory.
   *
   * @param wanted whether the job with an id matches
   * @return its id; null if there is none
   */
  @Nullable String baseBelow(String directory, Predicate<String> wanted) throws FsException;

  /** Descriptions of the jobs of the files below a directory. */
  List<byte[]> below(String directory) throws FsException;

  /**
   * The files of the ended jobs that are not to be kept, the oldest first.
   *
   * @param most the maximum number of files
   */
  List<String> surplus(Bounds bounds, int most) throws FsException;

  /** The size of the database in bytes, as last measured. Non-blocking. */
  long size();

  /**
   * Called before threads are ended that use the store: from then on, calls that wait until the
   * database can be written fail if that takes too long.
   *
   * @param patience how long they may wait, from now on
   */
  void closing(Duration patience);

  @Override
  void close() throws FsException;
}
