package dev.warren.gptfs.store;

/**
 * A line of a batch that a host has claimed, or the only host asks.
 *
 * @param job the batch
 * @param revision of the batch
 * @param number in the batch, from 0
 * @param start where it begins in the request
 * @param length how long it is
 * @param fence of this claim, of which there is one; 0 where no store is shared
 */
public record Line(String job, int revision, int number, int start, int length, long fence) {}
