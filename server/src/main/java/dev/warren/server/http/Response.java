package dev.warren.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The response to a request.
 *
 * @param status the HTTP status
 * @param type the media type
 * @param policy what a browser may do with it (Content Security Policy, W3C)
 * @param body the content; never modified
 */
@SuppressWarnings("ArrayRecordComponent") // created once and written out, never compared
record Response(int status, String type, String policy, byte[] body) {
  /** The policy for documents that load nothing, run nothing and are shown in no frame. */
  static final String NOTHING =
      "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

  static Response text(int status, String text) {
    return of(status, "text/plain; charset=utf-8", text);
  }

  static Response of(int status, String type, String text) {
    return new Response(status, type, NOTHING, text.getBytes(UTF_8));
  }
}
