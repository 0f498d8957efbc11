/** The user who started the host, and how that user logs in. */
@NullMarked
package dev.warren.sftp.owner;

import org.jspecify.annotations.NullMarked;
