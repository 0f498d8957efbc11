/**
 * The contract between a Warren host and its file-system plugins.
 *
 * <p>Start at {@link dev.warren.api.Plugin}; the main task of a plugin is to open a {@link
 * dev.warren.api.FileSystem}. {@link dev.warren.api.FsException} is the only exception that crosses
 * the contract. Behaviour that is not described here follows POSIX.1-2017 and the Linux man pages.
 */
@NullMarked
package dev.warren.api;

import org.jspecify.annotations.NullMarked;
