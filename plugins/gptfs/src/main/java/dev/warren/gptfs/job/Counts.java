package dev.warren.gptfs.job;

/** A batch's progress, in lines. */
public record Counts(int total, int completed, int failed) {}
