package dev.warren.gptfs.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Why a job failed or waits.
 *
 * @param kind one word for programs, such as {@code invalid_request}
 * @param httpStatus the HTTP status of the response; null if there was none
 * @param type the service's error type; null if it named none
 * @param code the service's error code; null if it named none
 * @param message the message for users, without secrets, at most {@value #MAX_MESSAGE} characters
 * @param retryable whether the same file may succeed another time
 * @param requestId the service's id of the call; null if it sent none
 */
public record JobError(
    @JsonProperty("class") String kind,
    @JsonProperty("http_status") @Nullable Integer httpStatus,
    @Nullable String type,
    @Nullable String code,
    String message,
    boolean retryable,
    @JsonProperty("request_id") @Nullable String requestId) {
  /** The longest message, in characters. */
  public static final int MAX_MESSAGE = 500;

  public JobError {
    if (message.length() > MAX_MESSAGE) {
      message = message.substring(0, MAX_MESSAGE - 1) + "…";
    }
  }

  /** An error that gptfs found itself; not retryable. */
  public static JobError local(String kind, String message) {
    return new JobError(kind, null, null, null, message, false, null);
  }
}
