package dev.warren.gptfs.config;

import java.time.Duration;

/**
 * When to try again.
 *
 * @param maxAttempts calls per job and endpoint, at least 1
 * @param ambiguousRetries calls repeated although they may have been billed, at least 0
 * @param base the limit of the first delay
 * @param cap the limit of any delay
 * @param maxRetryAfter the longest pause that an endpoint may ask for before it is held
 * @param probeInterval how often a held endpoint is probed
 * @param giveUpAfter how long a job waits for an endpoint that cannot be reached or serves no job
 */
public record RetrySettings(
    int maxAttempts,
    int ambiguousRetries,
    Duration base,
    Duration cap,
    Duration maxRetryAfter,
    Duration probeInterval,
    Duration giveUpAfter) {}
