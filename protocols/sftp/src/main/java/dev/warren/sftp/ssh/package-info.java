/** The SSH server around the sessions: MINA's set-up, host keys, connections and their channels. */
@NullMarked
package dev.warren.sftp.ssh;

import org.jspecify.annotations.NullMarked;
