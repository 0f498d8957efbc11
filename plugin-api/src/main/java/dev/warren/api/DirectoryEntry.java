package dev.warren.api;

import org.jspecify.annotations.Nullable;

/**
 * One entry of a directory.
 *
 * @param name the entry's name, never {@code .} or {@code ..}
 * @param type what the file is
 * @param fileId {@link FileAttributes#fileId()} of the file
 * @param cookie where to go on after this entry, see {@link OpenDirectory#read}
 * @param attributes the file's attributes if they were asked for and the file still existed
 */
public record DirectoryEntry(
    String name, FileType type, long fileId, long cookie, @Nullable FileAttributes attributes) {}
