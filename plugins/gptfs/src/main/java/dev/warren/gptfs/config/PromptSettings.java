package dev.warren.gptfs.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request holds besides the prompt that it is made from.
 *
 * @param model null where none is configured
 * @param system the system message; null for none
 * @param parameters further members of the request, as in YAML
 * @param endpoint the name of the endpoint that is called first
 */
public record PromptSettings(
    @Nullable String model,
    @Nullable String system,
    Map<String, Object> parameters,
    String endpoint) {}
