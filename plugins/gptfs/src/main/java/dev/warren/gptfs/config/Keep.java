package dev.warren.gptfs.config;

import java.time.Duration;

/**
 * Which ended jobs are kept; whatever is over one of them goes, the oldest first.
 *
 * @param age since the end
 * @param jobs how many
 * @param bytes of answers
 */
public record Keep(Duration age, long jobs, long bytes) {}
