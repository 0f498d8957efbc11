package dev.warren.sftp.session;

import dev.warren.sftp.wire.LongName;
import java.time.InstantSource;

/**
 * What sessions have in common, and what the user's account says.
 *
 * @param user the user's name
 * @param readOnly whether requests that write are refused before they reach the file system
 * @param maxHandles how many files and directories the session may have open
 * @param maxRead the most content that one reply holds, bytes; at most {@link Limits#MAX_CONTENT}
 * @param linkFirst whether the client says where a symbolic link is before it says what is in it,
 *     as the draft has it; OpenSSH, and with it nearly everybody, has it the other way round
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
