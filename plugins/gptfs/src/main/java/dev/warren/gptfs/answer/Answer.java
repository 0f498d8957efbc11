package dev.warren.gptfs.answer;

import dev.warren.gptfs.job.Usage;
import org.jspecify.annotations.Nullable;

/**
 * An answer as it is published.
 *
 * @param text UTF-8, never empty
 * @param extraction how it was found: {@code text}, {@code refusal}, {@code tool_calls}, {@code
 *     raw}
 * @param finishReason the service's word; null if it gave none
 * @param refusal whether the model refused
 * @param model that answered
 * @param usage tokens; null where the service counted none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Answer(
    byte[] text,
    String extraction,
    @Nullable String finishReason,
    boolean refusal,
    @Nullable String model,
    @Nullable Usage usage) {}
