/**
 * Connections with a thread that reads each, in place of MINA's own input and output: requests that
 * need not wait are answered on it, and what a session answers goes to the socket on the thread
 * that handled it, without a hop to another one.
 */
@NullMarked
package dev.warren.sftp.io;

import org.jspecify.annotations.NullMarked;
