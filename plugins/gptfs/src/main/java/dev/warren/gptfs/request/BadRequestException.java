package dev.warren.gptfs.request;

import dev.warren.gptfs.job.JobError;

/** A file cannot be sent, and no call was made for it. */
public final class BadRequestException extends Exception {
  private static final long serialVersionUID = 1;

  private final String kind;

  /**
   * An exception with its reason.
   *
   * @param kind one word for programs, such as {@code invalid_request}
   * @param message the message for the author of the file
   */
  public BadRequestException(String kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** The error for the status file. */
  public JobError error() {
    return JobError.local(kind, String.valueOf(getMessage()));
  }
}
