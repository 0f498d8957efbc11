package dev.warren.sqlfs.store;

/**
 * Counters of a file system, exact at every commit.
 *
 * @param lastId the last number given to a file, name, content, orphan or session
 * @param bytes the size of the file system: all contents, attributes, names and files, in bytes
 * @param files the number of files, including those without a name
 */
public record Counters(long lastId, long bytes, long files) {}
