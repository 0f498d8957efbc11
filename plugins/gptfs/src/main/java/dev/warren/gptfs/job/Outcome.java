package dev.warren.gptfs.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What the endpoint returned besides the answer's text.
 *
 * @param httpStatus usually 200
 * @param requestId the service's id of the call; null if it sent none
 * @param model the model that answered
 * @param finishReason the service's word, such as {@code stop} or {@code length}
 * @param refusal whether the model refused
 * @param extraction how the text was found: {@code text}, {@code refusal}, {@code tool_calls},
 *     {@code raw}, {@code batch}
 * @param usage tokens; null where the service counted none
 * @param bytes the size of the text, in bytes
 * @param sha256 the SHA-256 of the text, in hexadecimal
 * @param firstTokenMillis the milliseconds from the start of the call to the first token of a
 *     stream; null without a stream
 */
public record Outcome(
    @JsonProperty("http_status") int httpStatus,
    @JsonProperty("request_id") @Nullable String requestId,
    @Nullable String model,
    @JsonProperty("finish_reason") @Nullable String finishReason,
    boolean refusal,
    String extraction,
    @Nullable Usage usage,
    long bytes,
    String sha256,
    @JsonProperty("first_token_ms") @Nullable Long firstTokenMillis) {}
