package dev.warren.gptfs.answer;

import dev.warren.gptfs.json.Json;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A response that the service works on in the background; it must be polled.
 *
 * @param id the service's id of the response, which is safe as a part of a URL's path
 */
public record Pending(String id) implements Reading {
  /** The id comes from the service and becomes part of a URL: it must not change the path. */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.:=-]{0,499}");

  /** The pending response that a document describes; null if it has ended or has no valid id. */
  static @Nullable Pending of(ObjectNode response) {
    String id = Json.text(response, "id");
    return id != null && isRunning(response) && ID.matcher(id).matches() ? new Pending(id) : null;
  }

  /** Whether a response has not ended. */
  public static boolean isRunning(ObjectNode response) {
    String status = Json.text(response, "status");
    return "queued".equals(status) || "in_progress".equals(status);
  }
}
