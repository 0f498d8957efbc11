package dev.warren.gptfs.config;

import java.time.Duration;

/**
 * The limits on ended jobs that are kept; what exceeds one of them is forgotten, the oldest first.
 *
 * @param age since the end
 * @param jobs how many
 * @param bytes of answers
 */
public record Keep(Duration age, long jobs, long bytes) {}
