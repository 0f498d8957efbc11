/**
 * A toolkit for trees of files that are not stored on disk: text that is computed when a file is
 * opened, command files that act when they are closed, deliveries whose readers wait, directories
 * that are fixed or computed.
 *
 * <pre>{@code
 * new SyntheticFileSystem(
 *     SyntheticDirectory.fixed()
 *         .with("README", SyntheticFile.constant("What this is.\n"))
 *         .with("uptime", SyntheticFile.text(() -> uptime() + "\n").nonBlocking())
 *         .with("ctl", SyntheticFile.command(line -> act(line)))
 *         .with("jobs", SyntheticDirectory.computed(() -> jobsByName())));
 * }</pre>
 *
 * <p>The plugin's functions throw {@link dev.warren.api.FsException} to choose the error that the
 * client sees; any other exception is translated by {@link dev.warren.api.Errno#of(Throwable)}. Any
 * number of threads call them concurrently.
 */
@NullMarked
package dev.warren.api.synthetic;

import org.jspecify.annotations.NullMarked;
