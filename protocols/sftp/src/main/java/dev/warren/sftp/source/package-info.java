/** Sources of connections: limits for clients that have not logged in, and the log of refusals. */
@NullMarked
package dev.warren.sftp.source;

import org.jspecify.annotations.NullMarked;
