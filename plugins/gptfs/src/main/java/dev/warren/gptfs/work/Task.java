package dev.warren.gptfs.work;

import dev.warren.gptfs.http.Gate;
import java.util.List;

/** One call to make. */
interface Task {
  /** Whose turn it uses up: a directory of the inbox, or a batch. */
  String lane();

  /** The endpoints that may serve it, the preferred one first; never empty. */
  List<String> route();

  /** Whose it is, for questions of how many different ones there are: a job, or a batch. */
  Object source();

  /** Whether there is nothing to do any more. */
  boolean isStale();

  /** Whether it is one of the many of a job that all hosts work on. */
  default boolean isPart() {
    return false;
  }

  /**
   * Something that nobody foresaw came out of {@link #run}: ends this job with a reason, so that
   * nobody waits for it.
   */
  void escaped(Throwable mistake);

  /**
   * Makes the call, on a virtual thread of its own.
   *
   * @param pass of that endpoint's gate
   */
  void run(String endpoint, Gate.Pass pass);
}
