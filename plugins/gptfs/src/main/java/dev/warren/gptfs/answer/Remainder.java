package dev.warren.gptfs.answer;

import dev.warren.gptfs.json.Json;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Finds out whether a response holds more than the answer's text and what the status shows: tool
 * calls beside the text, other choices, sources, log probabilities, the model's reasoning.
 */
final class Remainder {
  /** Members of a document that the status shows, or that repeat the request. */
  private static final Set<String> KNOWN =
      Set.of(
          "usage",
          "error",
          "incomplete_details",
          "metadata",
          "instructions",
          "text",
          "reasoning",
          "tools",
          "tool_choice",
          "timings",
          "x_groq",
          "prompt_filter_results");

  private static final Set<String> KNOWN_OF_CHOICE =
      Set.of(
          "index",
          "finish_reason",
          "native_finish_reason",
          "stop_reason",
          "text",
          "content_filter_results");

  private Remainder() {}

  static boolean isIn(ObjectNode document) {
    for (Map.Entry<String, JsonNode> member : document.properties()) {
      JsonNode value = member.getValue();
      boolean more =
          switch (member.getKey()) {
            case "choices" -> value.size() > 1 || isInChoice(value.path(0));
            case "output" -> isInOutput(value);
            default -> value.isContainer() && !value.isEmpty() && !KNOWN.contains(member.getKey());
          };
      if (more) {
        return true;
      }
    }
    return false;
  }

  private static boolean isInChoice(JsonNode choice) {
    for (Map.Entry<String, JsonNode> member : choice.properties()) {
      String name = member.getKey();
      boolean more =
          name.equals("message")
              ? isInMessage(member.getValue())
              : !KNOWN_OF_CHOICE.contains(name) && isSomething(member.getValue());
      if (more) {
        return true;
      }
    }
    return false;
  }

  private static boolean isInMessage(JsonNode message) {
    boolean hasText = !AnswerReader.content(message.path("content")).isEmpty();
    for (Map.Entry<String, JsonNode> member : message.properties()) {
      boolean more =
          switch (member.getKey()) {
            case "role" -> false;
            case "content" -> isInContent(member.getValue());
            case "refusal" -> hasText && isSomething(member.getValue());
            // Without a text the message as a whole is the answer.
            default -> hasText && isSomething(member.getValue());
          };
      if (more) {
        return true;
      }
    }
    return false;
  }

  private static boolean isInContent(JsonNode content) {
    for (JsonNode part : content) {
      for (Map.Entry<String, JsonNode> member : part.properties()) {
        String name = member.getKey();
        boolean text = name.equals("text") || (name.equals("type") && isText(member.getValue()));
        if (!text && isSomething(member.getValue())) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isText(JsonNode type) {
    return type.isString() && Set.of("text", "output_text", "refusal").contains(type.stringValue());
  }

  private static boolean isInOutput(JsonNode output) {
    for (JsonNode item : output) {
      String type = Json.text(item, "type");
      if ((type != null && !type.equals("message")) || isInContent(item.path("content"))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isSomething(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL, MISSING -> false;
      case STRING -> !value.stringValue().isEmpty();
      case OBJECT, ARRAY -> !value.isEmpty();
      case BOOLEAN -> value.booleanValue();
      default -> true;
    };
  }
}
