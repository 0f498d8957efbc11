package dev.warren.gptfs.batch;

import java.net.URI;
import java.util.List;

/** The {@code url} of a batch's line: one of several known paths, on the endpoint's own host. */
public final class BatchUrl {
  /** The paths that a line may request. */
  public static final List<String> ALLOWED =
      List.of(
          "/v1/chat/completions",
          "/v1/responses",
          "/v1/completions",
          "/v1/embeddings",
          "/v1/moderations");

  private BatchUrl() {}

  /** Whether a line may request this path. */
  public static boolean isAllowed(String url) {
    return ALLOWED.contains(url);
  }

  /** Whether the response to such a line must hold a model's text, a refusal or a tool call. */
  public static boolean isForText(String url) {
    return url.equals("/v1/chat/completions") || url.equals("/v1/responses");
  }

  /**
   * The URL for a line: the endpoint's URL with its end replaced. Services use different prefixes
   * ({@code /api/v1/chat/completions}); what follows {@code /v1} is common.
   *
   * @param endpoint the configured URL
   * @param url one of {@link #ALLOWED}
   */
  public static URI on(URI endpoint, String url) {
    String tail = url.substring("/v1".length());
    String path = endpoint.getPath() == null ? "" : endpoint.getPath();
    for (String known : ALLOWED) {
      String knownTail = known.substring("/v1".length());
      if (path.endsWith(knownTail)) {
        String prefix = path.substring(0, path.length() - knownTail.length());
        return endpoint.resolve(prefix + tail + query(endpoint));
      }
    }
    return endpoint; // with a path that is not known, the endpoint gets every line
  }

  private static String query(URI endpoint) {
    return endpoint.getRawQuery() == null ? "" : "?" + endpoint.getRawQuery();
  }
}
