package dev.warren.localfs.linux;

/**
 * What differs between hosts.
 *
 * @param umask the permission bits that the process takes from every new file
 * @param privileged whether the kernel lets the process keep the set-uid bit of a file that it
 *     writes to (CAP_FSETID), so that it has to be cleared by hand
 * @param chmodByDescriptor whether fchmodat2(2) is there: Linux 6.6
 * @param cachedLookups whether openat2(2) knows RESOLVE_CACHED: Linux 5.12
 */
record HostFeatures(
    int umask, boolean privileged, boolean chmodByDescriptor, boolean cachedLookups) {}
