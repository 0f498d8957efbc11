package dev.warren.gptfs.store;

import dev.warren.api.FsException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where jobs are kept, so that none is lost with the process. A job has a description, whose newest
 * version counts, and parts: the request, the answer, the results of a batch's lines.
 *
 * <p>Thread-safe; the callers see to it that the steps of one job come in order. After a failure to
 * write, everything but reading fails with EIO: what is on disk is not known any more.
 */
public interface JobStore extends AutoCloseable {
  /** The part that holds what is sent. */
  int REQUEST = 0;

  /** The part that holds the answer. */
  int ANSWER = 1;

  /** The part that holds the result of a batch's first line; the others follow. */
  int FIRST_LINE = 16;

  /** What was in the store when it was opened. */
  record Contents(List<byte[]> jobs, Set<String> unfinished) {}

  /** What was there; to be asked once. */
  Contents load() throws FsException;

  /**
   * Keeps a job's new description.
   *
   * @param description the job, in the caller's encoding
   * @param parts new parts; a part of the same number is replaced
   * @param dropParts whether the parts before are of no more use
   * @return what {@link #commit} takes
   */
  long save(String id, byte[] description, Map<Integer, byte[]> parts, boolean dropParts)
      throws FsException;

  /** Keeps one more part of a job. */
  long savePart(String id, int part, byte[] content) throws FsException;

  /** Returns once everything up to a save is on stable storage, as far as the store promises it. */
  void commit(long save) throws FsException;

  /** A part; null if there is none. */
  byte @Nullable [] read(String id, int part) throws FsException;

  /**
   * A piece of a part.
   *
   * @throws FsException EIO if the part is not there or not so long
   */
  byte[] read(String id, int part, int offset, int length) throws FsException;

  /** The numbers of a job's parts. */
  Set<Integer> parts(String id);

  /** Forgets a job. */
  void delete(String id) throws FsException;

  /**
   * Remembers that a file is being written, so that a restart does not take its beginning for the
   * whole.
   */
  void unfinished(String path, boolean is) throws FsException;

  /** Bytes that the store takes. Never waits. */
  long size();

  @Override
  void close() throws FsException;
}
