package dev.warren.gptfs.work;

import dev.warren.gptfs.http.Gate;
import java.util.List;

/** A task of a worker pool: makes one call each time it runs. */
interface Task {
  /** The lane whose turn it uses: usually a directory of the inbox, or a batch. */
  String lane();

  /** The endpoints that may serve it, the preferred one first; never empty. */
  List<String> route();

  /** What gates count once, however many calls it makes: usually a job, or a batch. */
  Object source();

  /** Whether there is nothing left to do. */
  boolean isStale();

  /** Whether it is a line of a batch. */
  default boolean isPart() {
    return false;
  }

  /** Ends the job with a reason, because {@link #run} has thrown an unexpected exception. */
  void escaped(Throwable mistake);

  /**
   * Makes the call, on a virtual thread of its own.
   *
   * @param pass the pass of that endpoint's gate; released by the caller
   */
  void run(String endpoint, Gate.Pass pass);
}
