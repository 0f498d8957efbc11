package dev.warren.gptfs.http;

import java.io.IOException;
import java.util.Optional;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** How a call ended, as far as HTTP knows. */
public sealed interface Reply {
  /**
   * The endpoint answered, and the answer is whole.
   *
   * @param status 100 to 599
   * @param headers of the answer
   * @param body of the answer; of a stream, one JSON document as without streaming
   * @param firstTokenMillis for a stream, from the call to the first token
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Answered(int status, Headers headers, byte[] body, @Nullable Long firstTokenMillis)
      implements Reply {
    /** The service's name for the call. */
    public @Nullable String requestId() {
      return Optional.ofNullable(headers.get("x-request-id")).orElse(headers.get("request-id"));
    }
  }

  /** Nothing of the request can have arrived. */
  record NotSent(IOException cause) implements Reply {}

  /** The other side is not who it should be, or cannot be spoken to securely. */
  record Untrusted(IOException cause) implements Reply {}

  /** The request went out, and no whole answer came: perhaps it was worked on and billed. */
  record Unclear(IOException cause) implements Reply {}

  /** The answer is longer than it may be. */
  record TooLong(long limit) implements Reply {}

  /** We ended the call. */
  record Cancelled() implements Reply {}
}
