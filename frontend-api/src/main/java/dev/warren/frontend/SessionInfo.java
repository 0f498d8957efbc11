package dev.warren.frontend;

import dev.warren.api.Caller;
import java.time.Instant;

/**
 * One connection, for administration.
 *
 * @param id unique while the host runs; without white space
 * @param caller who and from where
 * @param since when it began
 * @param bytesRead content bytes that the client has read
 * @param bytesWritten content bytes that the client has written
 * @param openFiles files and directories it has open
 */
public record SessionInfo(
    String id, Caller caller, Instant since, long bytesRead, long bytesWritten, int openFiles) {}
