package dev.warren.sftp.session;

import dev.warren.sftp.wire.LongName;
import java.time.InstantSource;

/**
 * The settings of a session, partly from the user's account.
 *
 * @param user the user's name
 * @param readOnly whether requests that write are refused before they reach the file system
 * @param maxHandles limit of the files and directories that the session may have open
 * @param maxRead maximum bytes of content in one reply; at most {@link Limits#MAX_CONTENT}
 * @param linkFirst whether the client sends a symbolic link's path before its target, as in the
 *     draft; OpenSSH and nearly all other clients do the reverse
 * @param umask permission bits that new files and directories do not get, as umask(2)
 * @param owners names of users and groups
 * @param longNames the lines of {@code ls -l}
 * @param clock decides how {@code ls -l} shows a time
 */
public record SessionSettings(
    String user,
    boolean readOnly,
    int maxHandles,
    int maxRead,
    boolean linkFirst,
    int umask,
    LongName.OwnerNames owners,
    LongName longNames,
    InstantSource clock) {}
