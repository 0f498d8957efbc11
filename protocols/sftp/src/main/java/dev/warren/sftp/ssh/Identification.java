package dev.warren.sftp.ssh;

import org.jspecify.annotations.Nullable;

/**
 * What server and client make of how the other introduces itself. SFTP's draft and OpenSSH differ
 * in the order of the arguments of SSH_FXP_SYMLINK, and nothing in the protocol says which it is.
 * Most clients have OpenSSH's, whatever they talk to. Others look for OpenSSH in the server's
 * identification: libssh and asyncssh anywhere in it, so that it is said there; libssh then takes
 * owners from long names, too. The two that look at its beginning, where another name than one's
 * own does not belong, are known by their own.
 */
final class Identification {
  /** What this server says after {@code SSH-2.0-}: its name, and a comment (RFC 4253, 4.2). */
  static final String SERVER = "Warren SFTP as OpenSSH_9.9";

  private static final String OPENSSH = "OpenSSH";

  private Identification() {}

  /** Whether a client is OpenSSH's own. */
  static boolean isOpenSsh(@Nullable String client) {
    return client != null && client.contains(OPENSSH);
  }

  /** Whether a client sends the arguments of SSH_FXP_SYMLINK in the draft's order. */
  static boolean linkFirst(@Nullable String client) {
    return client != null
        && (client.startsWith("SSH-2.0-ssh2js") || client.startsWith("SSH-2.0-WinSCP"));
  }
}
