package dev.warren.namespace;

import dev.warren.api.VfsPath;
import dev.warren.namespace.calls.BlockedCalls;
import org.jspecify.annotations.Nullable;

/**
 * One mount, for administration.
 *
 * @param path its mount point
 * @param description its plugin and instance
 * @param state its current state
 * @param error why it is {@link MountState#FAILED}, otherwise null
 * @param openFiles files and directories that clients have open
 * @param inFlight operations in flight
 * @param operations how many operations were requested since it was mounted
 * @param blocked the calls of its plugin that block in the operating system
 */
public record MountInfo(
    VfsPath path,
    MountDescription description,
    MountState state,
    @Nullable String error,
    int openFiles,
    long inFlight,
    long operations,
    BlockedCalls blocked) {}
