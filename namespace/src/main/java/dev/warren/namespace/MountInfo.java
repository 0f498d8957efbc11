package dev.warren.namespace;

import dev.warren.api.VfsPath;
import dev.warren.namespace.calls.BlockedCalls;
import org.jspecify.annotations.Nullable;

/**
 * One mount, for administration.
 *
 * @param path where it is
 * @param options what it is
 * @param state what it can do
 * @param error why it is {@link MountState#FAILED}, else null
 * @param openFiles files and directories that clients have open
 * @param inFlight operations that run now
 * @param operations how many operations it has been asked for since it was mounted
 * @param blocked the calls of its plugin that wait in the operating system
 */
public record MountInfo(
    VfsPath path,
    MountOptions options,
    MountState state,
    @Nullable String error,
    int openFiles,
    long inFlight,
    long operations,
    BlockedCalls blocked) {}
