/**
 * Tests and helpers for authors of front ends.
 *
 * <p>{@link dev.warren.testkit.frontend.FrontEndContract} has the requirements for every front end:
 * what it reports about itself, and how it starts and ends. With a client for its protocol, {@link
 * dev.warren.testkit.frontend.RemoteContract} runs the contract of file systems through it, or
 * {@link dev.warren.testkit.frontend.RemoteReadOnlyContract} if the protocol changes nothing.
 * {@link dev.warren.testkit.frontend.FrontEndHost} takes the place of the host.
 */
@NullMarked
package dev.warren.testkit.frontend;

import org.jspecify.annotations.NullMarked;
