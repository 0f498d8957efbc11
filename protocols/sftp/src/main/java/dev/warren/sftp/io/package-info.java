/**
 * Connections on virtual threads, in place of MINA's own input and output: what a session answers
 * goes to the socket on the session's thread, without a hop to another one.
 */
@NullMarked
package dev.warren.sftp.io;

import org.jspecify.annotations.NullMarked;
