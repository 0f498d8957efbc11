package dev.warren.frontend;

import dev.warren.api.Caller;
import java.time.Instant;

/**
 * One connection, for administration.
 *
 * @param id unique while the host runs; without white space
 * @param caller the user, and the client's address
 * @param since when the session began
 * @param bytesRead file content read by the client, in bytes
 * @param bytesWritten file content written by the client, in bytes
 * @param openFiles how many files and directories it has open
 */
public record SessionInfo(
    String id, Caller caller, Instant since, long bytesRead, long bytesWritten, int openFiles) {}
