package dev.warren.gptfs.http;

import java.io.IOException;
import java.util.Optional;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** How a call ended, at the level of HTTP. */
public sealed interface Reply {
  /**
   * The endpoint sent a complete response.
   *
   * @param status 100 to 599
   * @param headers the headers of the response
   * @param body the body of the response, repaired if it was almost JSON; for a stream, the one
   *     JSON document that it would have been without streaming
   * @param firstTokenMillis the milliseconds from the start of the call to the first token of a
   *     stream; null without a stream
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Answered(int status, Headers headers, byte[] body, @Nullable Long firstTokenMillis)
      implements Reply {
    /** The service's id of the call; null if it sent none. */
    public @Nullable String requestId() {
      return Optional.ofNullable(headers.get("x-request-id")).orElse(headers.get("request-id"));
    }
  }

  /** No part of the request can have reached the endpoint. */
  record NotSent(IOException cause) implements Reply {}

  /** The server's certificate is not trusted, or is for another host; nothing was sent. */
  record Untrusted(IOException cause) implements Reply {}

  /** The request was sent, and no complete response arrived: it may have been billed. */
  record Unclear(IOException cause) implements Reply {}

  /** The response has more bytes than the limit. */
  record TooLong(long limit) implements Reply {}

  /** The call was cancelled here. */
  record Cancelled() implements Reply {}
}
