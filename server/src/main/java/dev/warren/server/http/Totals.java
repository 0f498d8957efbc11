package dev.warren.server.http;

/**
 * What mounts were asked for since they were mounted, all together.
 *
 * @param operations how many operations
 * @param bytesRead content bytes that were read
 * @param bytesWritten content bytes that were written
 */
public record Totals(long operations, long bytesRead, long bytesWritten) {}
