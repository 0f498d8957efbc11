package dev.warren.gptfs.answer;

import dev.warren.gptfs.json.Json;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A response that the service works on by itself; the answer has to be asked for.
 *
 * @param id the service's name for it, which can be part of a path
 */
public record Pending(String id) implements Reading {
  /** Goes into a URL, and comes from outside: nothing there may lead elsewhere. */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.:=-]{0,499}");

  /** What a response says of its state; null if it is none, or names none. */
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
