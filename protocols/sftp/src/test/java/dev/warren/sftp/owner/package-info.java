/** Who started the host, and how they log in. */
@NullMarked
package dev.warren.sftp.owner;

import org.jspecify.annotations.NullMarked;
