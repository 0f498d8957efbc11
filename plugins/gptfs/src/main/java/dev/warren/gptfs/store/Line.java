package dev.warren.gptfs.store;

/**
 * A line of a batch that this host has claimed.
 *
 * @param job the id of the batch
 * @param revision the revision of the batch
 * @param number the line's number in the batch, from 0
 * @param start its offset in the request, in bytes
 * @param length the length, in bytes
 * @param fence the unique number of this claim; 0 if the store is not shared
 */
public record Line(String job, int revision, int number, int start, int length, long fence) {}
