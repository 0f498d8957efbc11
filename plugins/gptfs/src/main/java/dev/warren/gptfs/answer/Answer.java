package dev.warren.gptfs.answer;

import dev.warren.gptfs.job.Usage;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An answer as it is published.
 *
 * @param text UTF-8, never empty
 * @param extraction how it was found: {@code text}, {@code refusal}, {@code tool_calls}
 * @param finishReason the service's word; null if it gave none
 * @param refusal whether the model refused
 * @param model the model that answered
 * @param usage tokens; null where the service counted none
 * @param hasMore whether the response holds more than the text and what the status shows
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Answer(
    byte[] text,
    String extraction,
    @Nullable String finishReason,
    boolean refusal,
    @Nullable String model,
    @Nullable Usage usage,
    boolean hasMore)
    implements Reading {
  /** Whether the answer is complete. */
  public enum End {
    /** Complete, as far as the service says. */
    WHOLE,
    /** Cut at the token limit. */
    CUT,
    /** Cut by a content filter. */
    FILTERED
  }

  /** How the answer ended. */
  public End end() {
    return end(finishReason);
  }

  /** The meaning of a service's finish reason. */
  static End end(@Nullable String reason) {
    return switch (reason == null ? "" : reason.toLowerCase(Locale.ROOT)) {
      case "length", "max_tokens", "max_output_tokens", "model_length", "incomplete" -> End.CUT;
      case "content_filter", "safety", "recitation", "blocklist", "prohibited_content" ->
          End.FILTERED;
      default -> End.WHOLE;
    };
  }
}
