package dev.warren.gptfs.work;

import dev.warren.gptfs.http.Gate;
import java.util.List;

/** One call to make. */
interface Task {
  /** Whose turn it uses up: a directory of the inbox, or a batch. */
  String lane();

  /** The endpoints that may serve it, the preferred one first; never empty. */
  List<String> route();

  /** Whether there is nothing to do any more. */
  boolean isStale();

  /**
   * Makes the call, on a virtual thread of its own.
   *
   * @param pass of that endpoint's gate
   */
  void run(String endpoint, Gate.Pass pass);
}
