/**
 * Connections with one reading thread each, instead of MINA's own input and output. Non-blocking
 * requests complete on the reading thread, and replies are written to the socket by the thread that
 * handled the request, without a switch to another thread.
 */
@NullMarked
package dev.warren.sftp.io;

import org.jspecify.annotations.NullMarked;
