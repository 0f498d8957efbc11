package dev.warren.sftp.ssh;

import java.util.Set;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.BufferException;
import org.jspecify.annotations.Nullable;

/**
 * What a request to log in says of itself, before MINA reads it.
 *
 * @param user the name that was given, whatever it is
 * @param method how
 * @param refusal why it fails where nothing else is found out about it
 */
record LoginRequest(String user, String method, String refusal) {
  private static final String NONE = "none";
  private static final String PUBLIC_KEY = "publickey";

  /**
   * Reads a request, and leaves the buffer as it was.
   *
   * @param methods those that are offered
   * @param algorithms the signatures that are taken
   * @throws SshException if it is none
   */
  static LoginRequest peek(Buffer buffer, Set<String> methods, Set<String> algorithms)
      throws SshException {
    int start = buffer.rpos();
    try {
      String user = buffer.getString();
      String service = buffer.getString();
      String method = buffer.getString();
      if (!service.equals("ssh-connection")) {
        throw malformed("a request to log in for another service", null);
      }
      String refusal = "the request makes no sense";
      if (!methods.contains(method)) {
        refusal = "log-ins by " + name(method) + " are off";
      } else if (method.equals(PUBLIC_KEY)) {
        boolean signed = buffer.getBoolean();
        String algorithm = buffer.getString();
        var _ = buffer.getBytes(); // the key
        if (signed) {
          var _ = buffer.getBytes();
        }
        refusal =
            algorithms.contains(algorithm)
                ? "the key, or what certifies it, is not valid"
                : "signatures with " + name(algorithm) + " are not taken";
      }
      return new LoginRequest(user, method, refusal);
    } catch (BufferException | IndexOutOfBoundsException e) {
      throw malformed("a request to log in that cannot be read", e);
    } finally {
      buffer.rpos(start);
    }
  }

  private static SshException malformed(String what, @Nullable Exception cause) {
    return new SshException(SshConstants.SSH2_DISCONNECT_PROTOCOL_ERROR, what, cause);
  }

  /** The client's word, if it can be one. */
  private static String name(String word) {
    return word.matches("[a-z0-9@.-]{1,64}") ? word : "what has no name";
  }

  /** Clients ask for the methods that there are by trying none. */
  boolean isQuestion() {
    return method.equals(NONE);
  }
}
