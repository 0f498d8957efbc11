/**
 * The contract between a Warren host and its file-system plugins.
 *
 * <p>Start at {@link dev.warren.api.Plugin}; a plugin's whole work is to open a {@link
 * dev.warren.api.FileSystem}. Only {@link dev.warren.api.FsException} crosses the contract as an
 * error. Behaviour that is not described here is that of POSIX.1-2017 and the Linux man pages.
 */
@NullMarked
package dev.warren.api;

import org.jspecify.annotations.NullMarked;
