package dev.warren.sftp.ssh;

import org.jspecify.annotations.Nullable;

/**
 * Handles clients' different orders of the arguments of SSH_FXP_SYMLINK. The order in SFTP's draft
 * differs from OpenSSH's, and nothing in the protocol indicates which one is used.
 *
 * <p>Most clients use OpenSSH's order with any server. libssh and asyncssh use it if OpenSSH's name
 * is anywhere in the server's identification, so this server's contains it; libssh then also takes
 * owners from long names. Two clients only check the start of the identification, where a server
 * must not give another's name. These are recognized by their own identification.
 */
final class Identification {
  /** This server's identification after {@code SSH-2.0-}: a name and a comment (RFC 4253, 4.2). */
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
