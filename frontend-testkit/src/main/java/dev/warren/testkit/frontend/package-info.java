/**
 * Tests and helpers for whoever writes a front end.
 *
 * <p>{@link dev.warren.testkit.frontend.FrontEndContract} holds what every front end must tell
 * about itself, and how it starts and ends. With a client for its protocol, {@link
 * dev.warren.testkit.frontend.RemoteContract} runs the contract of file systems through it, or
 * {@link dev.warren.testkit.frontend.RemoteReadOnlyContract} where the protocol changes nothing.
 * {@link dev.warren.testkit.frontend.FrontEndHost} stands for the host.
 */
@NullMarked
package dev.warren.testkit.frontend;

import org.jspecify.annotations.NullMarked;
