/**
 * Tests and helpers for authors of plugins and front ends.
 *
 * <p>{@link dev.warren.testkit.FileSystemContract} contains the requirements for every file system,
 * {@link dev.warren.testkit.ReadOnlyFileSystemContract} those for read-only ones, {@link
 * dev.warren.testkit.PluginContract} those for plugins. {@link
 * dev.warren.testkit.FileSystemModelTest} compares two file systems by random operations. {@link
 * dev.warren.testkit.RecordingFileSystem}, {@link dev.warren.testkit.BlockingFileSystem} and {@link
 * dev.warren.testkit.FaultyFileSystem} wrap a file system to record, hold or fail calls on it.
 */
@NullMarked
package dev.warren.testkit;

import org.jspecify.annotations.NullMarked;
