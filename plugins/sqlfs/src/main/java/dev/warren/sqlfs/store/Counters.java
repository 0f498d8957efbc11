package dev.warren.sqlfs.store;

/**
 * The numbers of a file system that are exact at every commit.
 *
 * @param lastId the last number that was given to a file, name or content
 * @param bytes what everything takes
 * @param files how many files there are, those included that have no name left
 */
public record Counters(long lastId, long bytes, long files) {}
