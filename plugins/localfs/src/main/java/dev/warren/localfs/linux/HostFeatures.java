package dev.warren.localfs.linux;

/**
 * The properties in which hosts differ.
 *
 * @param umask the permission bits that the kernel removes from every new file of the process
 * @param privileged whether the process retains the set-uid bit of a file that it writes
 *     (CAP_FSETID), so that it must clear the bit itself
 * @param chmodByDescriptor whether fchmodat2(2) is available: Linux 6.6
 * @param cachedLookups whether openat2(2) supports RESOLVE_CACHED: Linux 5.12
 */
record HostFeatures(
    int umask, boolean privileged, boolean chmodByDescriptor, boolean cachedLookups) {}
