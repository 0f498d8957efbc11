package dev.warren.api;

import java.time.Instant;

/**
 * One of the hosts that share what a file system serves: see {@link FileSystem#hosts}.
 *
 * @param name for people
 * @param version of the program
 * @param since when it began to share
 * @param lastSeen when the others last heard of it
 * @param runningJobs how many jobs run there
 */
public record SharingHost(
    String name, String version, Instant since, Instant lastSeen, long runningJobs) {}
