package dev.warren.gptfs.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request made from a prompt holds besides it.
 *
 * @param model null where none is configured
 * @param system the system message; null for none
 * @param parameters further members of the request, as in YAML
 * @param endpoint the name of the endpoint it goes to first
 */
public record PromptSettings(
    @Nullable String model,
    @Nullable String system,
    Map<String, Object> parameters,
    String endpoint) {}
