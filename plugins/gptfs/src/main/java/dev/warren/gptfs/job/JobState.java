package dev.warren.gptfs.job;

/** Where a job is. The names are in the database: do not change them. */
public enum JobState {
  /** The file is finished but may still change; nothing is accepted yet. */
  SETTLING("pending"),
  /** Accepted; waits for its turn, or for the time of its next attempt. */
  QUEUED("pending"),
  /** A call is running, or was when the host died. */
  ACTIVE("processing"),
  /** The service works on it by itself, and is asked from time to time. */
  REMOTE("processing"),
  /** The answer is in the database, perhaps not yet in the outbox. */
  ANSWERED("processing"),
  /** Waits for somebody to say {@code retry} or {@code resume}. */
  HELD("held"),
  /** Ended with an answer. */
  COMPLETED("completed"),
  /** Ended without one. */
  FAILED("failed"),
  /** Ended because its file was removed, or by {@code cancel}. */
  CANCELLED("cancelled"),
  /** Ended and forgotten, but for the fact that this content of the file was dealt with. */
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
