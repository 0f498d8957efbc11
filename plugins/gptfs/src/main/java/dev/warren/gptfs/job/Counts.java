package dev.warren.gptfs.job;

/** How far a batch is, in lines. */
public record Counts(int total, int completed, int failed) {}
