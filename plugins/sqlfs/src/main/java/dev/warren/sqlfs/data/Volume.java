package dev.warren.sqlfs.data;

import dev.warren.sqlfs.cache.InodeCache;
import dev.warren.sqlfs.session.Reaper;
import dev.warren.sqlfs.store.Store;
import java.util.function.LongSupplier;

/**
 * What all open files of an instance share.
 *
 * @param chunkSize of contents, in bytes
 * @param limit the maximum size of the file system, in bytes
 * @param clock nanoseconds since 1970, by the clock that all hosts share
 * @param ticks nanoseconds from an arbitrary origin, never decreasing
 */
record Volume(
    Store store,
    InodeCache cache,
    Reaper reaper,
    int chunkSize,
    long limit,
    ContentCache contents,
    WriteBudget budget,
    LongSupplier clock,
    LongSupplier ticks) {}
