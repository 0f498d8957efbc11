package dev.warren.gptfs.job;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Numbers of tokens, as the service counted them. */
public record Usage(
    @JsonProperty("prompt_tokens") long prompt,
    @JsonProperty("completion_tokens") long completion,
    @JsonProperty("total_tokens") long total,
    @JsonProperty("cached_tokens") long cached,
    @JsonProperty("reasoning_tokens") long reasoning) {
  /** No tokens. */
  public static final Usage NONE = new Usage(0, 0, 0, 0, 0);

  /** The sum of both. */
  public Usage plus(Usage other) {
    return new Usage(
        prompt + other.prompt,
        completion + other.completion,
        total + other.total,
        cached + other.cached,
        reasoning + other.reasoning);
  }
}
