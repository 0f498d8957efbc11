/**
 * Tests and helpers for whoever writes a plugin or a front end.
 *
 * <p>{@link dev.warren.testkit.FileSystemContract} holds what every file system must do, {@link
 * dev.warren.testkit.ReadOnlyFileSystemContract} what one does that cannot be changed, {@link
 * dev.warren.testkit.PluginContract} what a plugin must tell about itself. {@link
 * dev.warren.testkit.FileSystemModelTest} drives two file systems with the same random operations.
 * {@link dev.warren.testkit.RecordingFileSystem}, {@link dev.warren.testkit.BlockingFileSystem} and
 * {@link dev.warren.testkit.FaultyFileSystem} stand between a file system and what uses it.
 */
@NullMarked
package dev.warren.testkit;

import org.jspecify.annotations.NullMarked;
