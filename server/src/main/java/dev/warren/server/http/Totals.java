package dev.warren.server.http;

/**
 * The operations on all mounts together, each counted since it was mounted.
 *
 * @param operations the number of operations
 * @param bytesRead content bytes that were read
 * @param bytesWritten content bytes that were written
 */
public record Totals(long operations, long bytesRead, long bytesWritten) {}
