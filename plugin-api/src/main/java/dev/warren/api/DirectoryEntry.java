package dev.warren.api;

import org.jspecify.annotations.Nullable;

/**
 * One entry of a directory.
 *
 * @param name the entry's name, never {@code .} or {@code ..}
 * @param type the type of the file
 * @param fileId {@link FileAttributes#fileId()} of the file
 * @param cookie the position after this entry, from which a listing can continue; see {@link
 *     OpenDirectory#read}
 * @param attributes the file's attributes; null unless they were requested and the file still
 *     existed
 */
public record DirectoryEntry(
    String name, FileType type, long fileId, long cookie, @Nullable FileAttributes attributes) {}
