package dev.warren.api;

import java.time.Instant;

/**
 * One of the hosts that share the files of a file system: see {@link FileSystem#hosts}.
 *
 * @param name the host's name, for display
 * @param version the version of the program
 * @param since when it began to share the files
 * @param lastSeen when the other hosts last heard from it
 * @param runningJobs the number of jobs that run there
 */
public record SharingHost(
    String name, String version, Instant since, Instant lastSeen, long runningJobs) {}
