package dev.warren.gptfs.config;

import java.time.Duration;

/**
 * The limits on ended jobs that are kept; what exceeds one of them is forgotten, the oldest first.
 *
 * @param age the time since a job's end
 * @param jobs how many
 * @param bytes the size of the answers, in bytes
 */
public record Keep(Duration age, long jobs, long bytes) {}
