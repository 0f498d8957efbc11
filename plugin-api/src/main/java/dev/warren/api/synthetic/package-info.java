/**
 * A kit for trees of files that no disk holds: text that is computed when it is opened, command
 * files that act when they are closed, streams whose readers wait, directories that are fixed or
 * computed.
 *
 * <pre>{@code
 * new SyntheticFileSystem(
 *     SyntheticDirectory.fixed()
 *         .with("README", SyntheticFile.constant("What this is.\n"))
 *         .with("uptime", SyntheticFile.text(() -> uptime() + "\n").immediate())
 *         .with("ctl", SyntheticFile.command(line -> act(line)))
 *         .with("jobs", SyntheticDirectory.computed(() -> jobsByName())));
 * }</pre>
 *
 * <p>The plugin's functions throw {@link dev.warren.api.FsException} to say what the client is to
 * see; any other exception is translated by {@link dev.warren.api.Errno#of(Throwable)}. They are
 * called by any number of threads at once.
 */
@NullMarked
package dev.warren.api.synthetic;

import org.jspecify.annotations.NullMarked;
