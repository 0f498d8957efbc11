package dev.warren.gptfs.job;

/** The state of a job's newest revision. The names are in the database: do not change them. */
public enum JobState {
  /** The file is finished but may still change; nothing is accepted yet. */
  SETTLING("pending"),
  /** Accepted; waits for a worker, or for the time of its next attempt. */
  QUEUED("pending"),
  /** A call is in flight, or was when the host died. */
  ACTIVE("processing"),
  /** The service works on the response in the background, and is polled. */
  REMOTE("processing"),
  /** The answer is in the database, perhaps not yet in the outbox. */
  ANSWERED("processing"),
  /** Waits for the command {@code retry} or {@code resume}. */
  HELD("held"),
  /** Ended with an answer. */
  COMPLETED("completed"),
  /** Ended without an answer. */
  FAILED("failed"),
  /** Ended because its file was removed, or by {@code cancel}. */
  CANCELLED("cancelled"),
  /** Ended and forgotten, except that this content of the file was processed. */
  PURGED("purged");

  private final String word;

  JobState(String word) {
    this.word = word;
  }

  /** The word in the status file. */
  public String word() {
    return word;
  }

  /** Whether nothing more happens to the revision. */
  public boolean isEnded() {
    return switch (this) {
      case COMPLETED, FAILED, CANCELLED, PURGED -> true;
      case SETTLING, QUEUED, ACTIVE, REMOTE, ANSWERED, HELD -> false;
    };
  }
}
